//! Pure signal processing on buffers: no files, no clocks, no threads.
