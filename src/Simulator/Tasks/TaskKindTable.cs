using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks.Kinds;

namespace MultiPanel.Simulator.Tasks;

/// <summary>All types of tasks, by their worker type.</summary>
internal static class TaskKindTable
{
    private static readonly Dictionary<string, TaskKind> All = new TaskKind[]
    {
        new CloneTask(), new CreateTask(), new TemplateTask(), new DestroyTask(), new ConfigTask(),
        new StartTask(), new StopTask(), new ShutdownTask(), new RebootTask(), new ResetTask(),
        new PauseTask(), new SuspendTask(), new ResumeTask(), new HaStartTask(), new HaStopTask(), new HaMigrateTask(), new BulkStartTask(),
        new SnapshotTask(), new DeleteSnapshotTask(), new RollbackTask(),
        new MigrateTask(), new MoveDiskTask(), new ResizeTask(), new DeleteVolumeTask(),
        new ConsoleTask("vncproxy"), new ConsoleTask("vncshell"), new BackupTask(),
    }.ToDictionary(kind => kind.Type);

    public static TaskKind Of(TaskState task) => All[task.Type];
}
