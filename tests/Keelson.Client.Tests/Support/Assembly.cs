// Two cores and a clock that waits for the thread pool to rest: one test at a time is faster, and the same each time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
