using MultiPanel.TestKit.Processes;

namespace MultiPanel.Integration.Tests;

/// <summary>The hosts talk to the servers they were given, and to no others.</summary>
[NonParallelizable]
public sealed class NameResolutionTests
{
    [Test]
    public async Task Api_and_workers_look_up_no_host_but_the_configured_ones()
    {
        await using var installation = await Installation.StartAsync(new InstallationOptions
        {
            Workers = 1,
            Settings = new Dictionary<string, string>([NameResolutions.Setting]),
        });
        using var acme = await installation.SignInAsync("acme");
        await installation.SucceedAsync(await installation.CloneAsync(acme, 1));

        foreach (var host in installation.Workers.Append(installation.Api))
        {
            await host.Process.TerminateAsync();
            Assert.That(host.Said, Does.Contain("listening to host name lookups"), host.Name);
            Assert.That(NameResolutions.Of(host.Said), Is.SubsetOf(new[] { "127.0.0.1" }), host.Name);
        }
    }
}
