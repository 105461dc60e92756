// Most of a test's time is waiting for the simulator and for pauses; more fixtures than cores run side by side.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(5)]
