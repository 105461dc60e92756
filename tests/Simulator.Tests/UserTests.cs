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

    private static async Task<Site> SiteWithUser()
    {
        var site = await Site.StartAsync();
        await site.Client.Post("/access/users", ("userid", User), ("password", "secret123"));
        return site;
    }
}
