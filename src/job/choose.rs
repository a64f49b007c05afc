//! Which stories a programme of a given length has, and how much of each.
//!
//! Stories stand in the order of their weight: the last goes first. What time there is goes to all of them alike, and
//! what is over to the first that can use it.

/// A story shorter than this tells nothing; rather one story less.
const LEAST_S: f64 = 12.0;

/// How far over the time the stories may be chosen, as a share of it: the voice makes up for it.
const OVER: f64 = 0.02;

/// How many stories there is time for: at least one.
///
/// `menus` are each story's lengths in seconds, growing; `around_s` what else is heard with that many stories.
pub(super) fn how_many(menus: &[Vec<f64>], around_s: impl Fn(usize) -> f64, target_s: f64) -> usize {
    let least = |menu: &Vec<f64>| menu.get(worth_telling(menu)).copied().unwrap_or(0.0);
    (2..=menus.len())
        .rev()
        .find(|&n| around_s(n) + menus[..n].iter().map(least).sum::<f64>() <= target_s * (1.0 + OVER))
        .unwrap_or(1)
        .min(menus.len())
}

/// The shortest length of a story that is worth its place.
fn worth_telling(menu: &[f64]) -> usize {
    menu.iter().position(|s| *s >= LEAST_S).unwrap_or(menu.len().saturating_sub(1))
}

/// For each story, which of its lengths: together as near to `budget_s` as they get.
pub(super) fn choose(menus: &[Vec<f64>], budget_s: f64) -> Vec<usize> {
    let most_s = budget_s * (1.0 + OVER);
    let mut chosen: Vec<usize> = menus.iter().map(|menu| worth_telling(menu)).collect();
    if total_s(menus, &chosen) > most_s {
        chosen = vec![0; menus.len()];
    }
    // The shortest story that can grow grows: time goes to all alike.
    loop {
        let now_s = total_s(menus, &chosen);
        let next = (0..menus.len())
            .filter(|&i| {
                menus[i].get(chosen[i] + 1).is_some_and(|s| now_s - menus[i][chosen[i]] + s <= most_s)
            })
            .min_by(|&a, &b| menus[a][chosen[a]].total_cmp(&menus[b][chosen[b]]));
        match next {
            Some(i) => chosen[i] += 1,
            None => break,
        }
    }
    nearer(menus, chosen, budget_s)
}

/// Seconds of these lengths together.
fn total_s(menus: &[Vec<f64>], chosen: &[usize]) -> f64 {
    chosen.iter().zip(menus).map(|(&c, menu)| menu[c]).sum()
}

/// Gives and takes a sentence or two where that comes nearer.
fn nearer(menus: &[Vec<f64>], mut chosen: Vec<usize>, budget_s: f64) -> Vec<usize> {
    const STEPS: isize = 2;
    /// Nearer than this nobody hears.
    const NEAR: f64 = 0.002;
    let moved = |chosen: &[usize], i: usize, by: isize| {
        let to = chosen[i].checked_add_signed(by).filter(|&to| to < menus[i].len())?;
        let mut other = chosen.to_vec();
        other[i] = to;
        Some(other)
    };
    loop {
        let off = (total_s(menus, &chosen) - budget_s).abs();
        if off <= NEAR * budget_s {
            return chosen;
        }
        let mut best: Option<(f64, Vec<usize>)> = None;
        let mut tried = |other: Vec<usize>| {
            let found = (total_s(menus, &other) - budget_s).abs();
            if found < best.as_ref().map_or(off - 1e-6, |b| b.0 - 1e-6) {
                best = Some((found, other));
            }
        };
        for i in 0..menus.len() {
            for by in (-STEPS..=STEPS).filter(|by| *by != 0) {
                let Some(one) = moved(&chosen, i, by) else { continue };
                for j in i + 1..menus.len() {
                    for by in (-STEPS..=STEPS).filter(|by| *by != 0) {
                        moved(&one, j, by).into_iter().for_each(&mut tried);
                    }
                }
                tried(one);
            }
        }
        match best {
            Some((_, other)) => chosen = other,
            None => return chosen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_to_all_alike_and_hits_the_mark() {
        let menu = |step: f64, count: usize| (1..=count).map(|n| n as f64 * step).collect::<Vec<_>>();
        for (menus, budget_s, most_off_s) in [
            (vec![menu(6.0, 10), menu(6.0, 10)], 60.0, 0.0),
            (vec![menu(6.1, 10), menu(5.3, 12), menu(7.7, 8)], 90.0, 1.0),
            (vec![menu(13.0, 3), menu(5.0, 20)], 47.0, 2.0),
            // All there is.
            (vec![menu(6.0, 2), menu(6.0, 2)], 60.0, 36.0),
            // Less than the first sentences.
            (vec![menu(20.0, 2)], 5.0, 15.0),
        ] {
            let chosen = choose(&menus, budget_s);
            let total: f64 = chosen.iter().zip(&menus).map(|(&c, menu)| menu[c]).sum();
            assert!((total - budget_s).abs() <= most_off_s + 1e-9, "{budget_s}: {chosen:?} gives {total}");
        }
        let even = choose(&[menu(6.0, 10), menu(6.0, 10)], 60.0);
        assert_eq!(even, [4, 4]);
    }

    #[test]
    fn the_last_story_goes_first() {
        let menus = vec![vec![8.0, 15.0, 22.0], vec![14.0, 20.0], vec![9.0]];
        let around_s = |n: usize| 5.0 + 2.0 * n as f64;
        for (target_s, stories) in [(200.0, 3), (49.0, 3), (45.0, 2), (30.0, 1), (3.0, 1)] {
            assert_eq!(how_many(&menus, around_s, target_s), stories, "{target_s}");
        }
    }
}
