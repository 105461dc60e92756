using Microsoft.Extensions.DependencyInjection;

namespace MultiPanel.Workers.Watching;

public sealed class ClusterWatchFactory(IServiceProvider services)
{
    public ClusterWatch For(int cluster) => ActivatorUtilities.CreateInstance<ClusterWatch>(services, cluster);
}
