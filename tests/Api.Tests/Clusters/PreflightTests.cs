using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Clusters;

public sealed class PreflightTests
{
    private TestApi api = null!;
    private Host.Proxmox proxmox = null!;
    private ApiClient root = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        proxmox = await Host.Proxmox.StartAsync();
        root = api.As(api.Seeds.Root);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        await proxmox.DisposeAsync();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_good_connection_is_usable_and_described()
    {
        var test = await TestAsync(proxmox.Posted());

        Assert.That((bool)test["usable"]!, Is.True, test.ToJsonString());
        Assert.That((string?)test["version"], Does.StartWith("9."));
        Assert.That(test["nodes"]!.AsArray().Select(node => $"{node!["name"]} {node["status"]}"), Is.EquivalentTo(proxmox.Cluster.Nodes.Select(node => $"{node} online")));
        Assert.That(test["storages"]!.AsArray().Any(storage => (string?)storage!["name"] == "nfs-shared" && (bool)storage["shared"]!), Is.True);
    }

    [Test]
    public async Task A_saved_cluster_is_tested_with_its_own_secret()
    {
        await proxmox.ConnectAsync(api);

        var answer = await root.PostAsync($"/api/clusters/{api.Seeds.Cluster}/test");

        Assert.That((bool)answer.Data["usable"]!, Is.True, answer.Text);
        Assert.That((await root.PostAsync("/api/clusters/99/test")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Rights_over_the_named_pool_and_some_storage_are_enough()
    {
        var (identity, secret) = await proxmox.TenantAsync("tenant");

        var test = await TestAsync(proxmox.Posted(identity: identity, secret: secret, pool: "tenant"));
        var without = await TestAsync(proxmox.Posted(identity: identity, secret: secret));
        var other = await TestAsync(proxmox.Posted(identity: identity, secret: secret, pool: "nope"));
        var none = await TestAsync(proxmox.Posted(pool: "nope"));

        Assert.That((bool)test["usable"]!, Is.True, test.ToJsonString());
        Assert.That((bool)without["usable"]!, Is.False);
        Assert.That(without["missing_privileges"]!.AsArray().Select(missing => (string?)missing!["path"]), Does.Contain("/vms"));
        Assert.That((bool)other["usable"]!, Is.False);
        Assert.That(other["missing_privileges"]!.AsArray().Select(missing => (string?)missing!["path"]), Does.Contain("/pool/nope"));
        Assert.That((bool)none["usable"]!, Is.False);
        Assert.That(none["problems"]!.AsArray().Select(problem => (string?)problem), Has.Some.Contain("no pool nope"));
    }

    [Test]
    public async Task A_wrong_fingerprint_is_explained_with_the_one_that_was_seen()
    {
        var test = await TestAsync(proxmox.Posted(fingerprint: new string('a', 64)));

        Assert.That((bool)test["usable"]!, Is.False);
        Assert.That(test["problems"]!.AsArray().Select(problem => (string?)problem), Has.All.Contain("fingerprint"));
    }

    [Test]
    public async Task A_wrong_secret_is_explained()
    {
        var test = await TestAsync(proxmox.Posted(secret: "00000000-0000-0000-0000-000000000000"));

        Assert.That((bool)test["usable"]!, Is.False);
        Assert.That((string?)test["problems"]![0], Does.Contain("identity or its secret"));
    }

    [Test]
    public async Task An_unreachable_cluster_is_explained()
    {
        var test = await TestAsync("""{"endpoints":["https://127.0.0.1:1"],"identity":"a@pam!t1","secret":"s"}""");

        Assert.That((bool)test["usable"]!, Is.False);
        Assert.That((string?)test["problems"]![0], Does.Contain("cannot be reached"));
    }

    private async Task<System.Text.Json.Nodes.JsonNode> TestAsync(string body)
    {
        var answer = await root.PostAsync("/api/clusters/test", body);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Data;
    }
}
