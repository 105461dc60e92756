using MultiPanel.Simulator;

if (CommandLine.Parse(args, Environment.GetEnvironmentVariable) is not { } options)
{
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}

using var stopping = new CancellationTokenSource();
using var interrupt = StopOn(System.Runtime.InteropServices.PosixSignal.SIGINT);
using var terminate = StopOn(System.Runtime.InteropServices.PosixSignal.SIGTERM);
await using var simulator = await PveSimulator.StartAsync(options, stopping.Token);
foreach (var cluster in simulator.Clusters)
{
    Console.WriteLine(cluster.Name);
    foreach (var (node, endpoint) in cluster.Nodes.Zip(cluster.Endpoints))
    {
        Console.WriteLine($"  {node,-12} {endpoint}");
    }

    Console.WriteLine($"  fingerprint  {cluster.Fingerprint}");
    Console.WriteLine($"  sign-in      root@pam / {cluster.RootPassword}");
    Console.WriteLine($"  API token    {cluster.ApiToken}");
}

Console.WriteLine(simulator.ControlEndpoint is { } control ? $"control endpoint {control}simulator" : "control endpoint off (--control to switch it on)");
await Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
return 0;

System.Runtime.InteropServices.PosixSignalRegistration StopOn(System.Runtime.InteropServices.PosixSignal signal) =>
    System.Runtime.InteropServices.PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stopping.Cancel();
    });
