using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace MultiPanel.Simulator.Tests;

public sealed class ControlTests
{
    [Test]
    public async Task Control_endpoint_is_off_unless_asked_for()
    {
        await using var site = await Site.StartAsync();

        Assert.That(site.Simulator.ControlEndpoint, Is.Null);
        Assert.That((await site.Client.Get("/simulator")).Status, Is.EqualTo(501));
    }

    [TestCase("Kestrel__Endpoints__Https__Url")]
    [TestCase("ASPNETCORE_URLS")]
    public async Task Where_the_process_is_set_to_listen_is_not_for_the_simulator(string setting)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        Environment.SetEnvironmentVariable(setting, $"https://{taken.LocalEndpoint}");
        try
        {
            // It would fail: a program listens there.
            await using var site = await Site.StartAsync(options => options with { ControlPort = 0 });
            using var control = new HttpClient { BaseAddress = site.Simulator.ControlEndpoint };

            Assert.That((await site.Client.Get("/version")).Status, Is.EqualTo(200));
            Assert.That((await control.GetFromJsonAsync<JsonArray>(new Uri("/simulator", UriKind.Relative)))!, Has.Count.EqualTo(1));
        }
        finally
        {
            Environment.SetEnvironmentVariable(setting, null);
        }
    }

    [Test]
    public async Task Control_endpoint_injects_and_clears_faults()
    {
        await using var site = await Site.StartAsync(options => options with { ControlPort = 0 });
        using var control = new HttpClient { BaseAddress = site.Simulator.ControlEndpoint };

        var injected = await control.PostAsJsonAsync(new Uri("/simulator/test/fail", UriKind.Relative), new { path = "/version", status = 596, reason = "Connection timed out", times = 9 });
        var failing = await site.Client.Get("/version");
        await control.PostAsync(new Uri("/simulator/test/clear", UriKind.Relative), null);
        var cleared = await site.Client.Get("/version");

        Assert.That((int)injected.StatusCode, Is.EqualTo(204));
        Assert.That((failing.Status, failing.Body), Is.EqualTo((596, "")));
        Assert.That(cleared.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Control_endpoint_shows_what_there_is_and_names_the_faults()
    {
        await using var site = await Site.StartAsync(options => options with { ControlPort = 0 });
        using var control = new HttpClient { BaseAddress = site.Simulator.ControlEndpoint };

        var clusters = await control.GetFromJsonAsync<JsonArray>(new Uri("/simulator", UriKind.Relative));
        var vms = await control.GetFromJsonAsync<JsonArray>(new Uri("/simulator/test/vms", UriKind.Relative));
        var unknown = await control.PostAsync(new Uri("/simulator/test/explode", UriKind.Relative), null);
        var missing = await control.PostAsync(new Uri("/simulator/test/node-offline", UriKind.Relative), null);

        Assert.That(clusters![0]!["api_token"]!.GetValue<string>(), Is.EqualTo(site.Cluster.ApiToken));
        Assert.That(vms!.Single()!["vm_id"]!.GetValue<int>(), Is.EqualTo(Site.Template));
        Assert.That((int)unknown.StatusCode, Is.EqualTo(404));
        Assert.That((int)missing.StatusCode, Is.EqualTo(400));
    }

    [TestCase("--port", "9000", "--time-scale", "5", ExpectedResult = true)]
    [TestCase("--control", ExpectedResult = true)]
    [TestCase("--time-scale", "0", ExpectedResult = false)]
    [TestCase("--bogus", "1", ExpectedResult = false)]
    public bool Command_line_takes_what_makes_sense(params string[] args) => CommandLine.Parse(args, _ => null) is not null;

    [Test]
    public async Task Demo_has_two_clusters_with_templates_on_every_kind_of_storage()
    {
        await using var simulator = await PveSimulator.StartAsync(SimulatorOptions.Demo());

        Assert.That(simulator.Clusters.Select(cluster => cluster.Name), Is.EqualTo(new[] { "pve-east", "pve-west" }));
        Assert.That(simulator.Clusters.Select(cluster => cluster.Fingerprint).Distinct().Count(), Is.EqualTo(2));
        Assert.That(simulator["pve-east"].Vms.Where(vm => vm.IsTemplate).Select(vm => vm.Name), Is.SupersetOf(new[] { "win11", "win2022", "debian12", "ubuntu2404" }));
    }
}
