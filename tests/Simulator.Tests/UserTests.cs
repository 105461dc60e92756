namespace MultiPanel.Simulator.Tests;

/// <summary>Users whose name is an e-mail address, and tokens.</summary>
public sealed class UserTests
{
    private const string User = "ann@firm.example@pve";

    [Test]
    public async Task User_with_two_ats_signs_in_with_and_without_the_realm_beside_it()
    {
        await using var site = await SiteWithUser();

        var whole = await site.Client.Post("/access/ticket", ("username", User), ("password", "secret123"));
        var parted = await site.Client.Post("/access/ticket", ("username", "ann@firm.example"), ("realm", "pve"), ("password", "secret123"));
        var unknown = await site.Client.Post("/access/ticket", ("username", "ann@firm.example"), ("password", "secret123"));

        Assert.That(whole.Data!["username"]!.GetValue<string>(), Is.EqualTo(User));
        Assert.That(parted.Data!["username"]!.GetValue<string>(), Is.EqualTo(User));
        Assert.That((unknown.Status, unknown.Reason), Is.EqualTo((401, "authentication failure")));
    }

    [Test]
    public async Task Token_of_a_user_with_two_ats_acts_and_is_named_in_the_upid()
    {
        await using var site = await SiteWithUser();
        await site.MadeClone(101);
        await site.Client.Put("/access/acl", ("path", "/vms/101"), ("roles", "PVEVMAdmin"), ("users", User));
        var secret = (await site.Client.Post($"/access/users/{User}/token/panel", ("privsep", 0))).Data!["value"]!.GetValue<string>();
        using var client = new PveClient(site.Cluster, site.Clock, $"{User}!panel={secret}");

        var upid = (await client.Post("/nodes/n1/qemu/101/status/start")).Text;
        var status = (await client.Get($"/nodes/n1/tasks/{Uri.EscapeDataString(upid)}/status")).Data!;

        Assert.That(upid, Does.EndWith($":qmstart:101:{User}!panel:"));
        Assert.That((status["user"]!.GetValue<string>(), status["tokenid"]!.GetValue<string>()), Is.EqualTo((User, "panel")));
    }

    [TestCase("abc")]
    [TestCase("a:b@pve")]
    public async Task Bad_user_names_are_refused_by_name(string name)
    {
        await using var site = await Site.StartAsync();

        var refused = await site.Client.Post("/access/users", ("userid", name), ("password", "secret123"));

        Assert.That((refused.Status, refused.Reason), Is.EqualTo((500, $"value '{name}' does not look like a valid user name")));
    }

    [Test]
    public async Task Token_ids_have_two_characters_and_a_secret_can_be_made_new()
    {
        await using var site = await SiteWithUser();
        var refused = await site.Client.Post($"/access/users/{User}/token/t", ("privsep", 0));
        var first = (await site.Client.Post($"/access/users/{User}/token/t1", ("privsep", 0))).Data!["value"]!.GetValue<string>();

        var second = (await site.Client.Put($"/access/users/{User}/token/t1", ("regenerate", 1))).Data!["value"]!.GetValue<string>();

        using var old = new PveClient(site.Cluster, site.Clock, $"{User}!t1={first}");
        using var current = new PveClient(site.Cluster, site.Clock, $"{User}!t1={second}");
        Assert.That(refused.Status, Is.EqualTo(400));
        Assert.That(((await old.Get("/version")).Status, (await current.Get("/version")).Status), Is.EqualTo((401, 200)));
    }

    [Test]
    public async Task Credential_of_a_pool_clones_into_it_alone_and_its_rights_end_at_the_pools_vms()
    {
        await using var site = await SiteWithUser();
        await site.Client.Post("/pools", ("poolid", "firm"));
        await site.Client.Put("/access/acl", ("path", "/pool/firm"), ("roles", "PVEVMAdmin"), ("users", User));
        await site.Client.Put("/access/acl", ("path", $"/vms/{Site.Template}"), ("roles", "PVETemplateUser"), ("users", User));
        await site.Client.Put("/access/acl", ("path", "/storage/shared"), ("roles", "PVEDatastoreUser"), ("users", User));
        var secret = (await site.Client.Post($"/access/users/{User}/token/panel", ("privsep", 0))).Data!["value"]!.GetValue<string>();
        using var client = new PveClient(site.Cluster, site.Clock, $"{User}!panel={secret}");
        var path = $"/nodes/n1/qemu/{Site.Template}/clone";

        var nowhere = await client.Post(path, ("newid", 101));
        var elsewhere = await client.Post(path, ("newid", 101), ("pool", "other"));
        var inside = await client.Post(path, ("newid", 101), ("pool", "firm"));
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        var rights = (await client.Get("/access/permissions")).Data!;

        Assert.That((nowhere.Status, nowhere.Reason), Is.EqualTo((403, "Permission check failed")));
        Assert.That((elsewhere.Status, elsewhere.Reason), Is.EqualTo((403, "Permission check failed")));
        Assert.That(site.Task(inside.Text).ExitStatus, Is.EqualTo("OK"));
        Assert.That((rights["/pool/firm"]!["VM.Audit"]!.GetValue<int>(), rights["/vms/101"]!["VM.Audit"]!.GetValue<int>()), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Credential_without_rights_sees_nodes_but_no_bridge_and_no_vm()
    {
        await using var site = await SiteWithUser();
        var secret = (await site.Client.Post($"/access/users/{User}/token/panel", ("privsep", 1))).Data!["value"]!.GetValue<string>();
        using var client = new PveClient(site.Cluster, site.Clock, $"{User}!panel={secret}");

        var networks = (await client.Get("/nodes/n1/network")).Data!.AsArray().Select(row => row!["iface"]!.GetValue<string>());

        Assert.That(networks, Is.EqualTo(new[] { "eth0" }));
        Assert.That((await client.Get("/nodes")).Data!.AsArray(), Has.Count.EqualTo(3));
        Assert.That((await client.Get("/cluster/resources?type=vm")).Data!.AsArray(), Is.Empty);
        Assert.That((await client.Get("/cluster/status")).Status, Is.EqualTo(403));
    }

    private static async Task<Site> SiteWithUser()
    {
        var site = await Site.StartAsync();
        await site.Client.Post("/access/users", ("userid", User), ("password", "secret123"));
        return site;
    }
}
