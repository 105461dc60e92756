using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Clusters;

public sealed class ClusterTests
{
    private const string Good = """
        {"name":"east","endpoints":["https://pve1.example.com:8006/","https://pve2.example.com:8006"],"identity":"panel@pve!t1","secret":"geheim",
         "fingerprint":"aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99","vmid_from":1000,"vmid_to":1999}
        """;

    private TestApi api = null!;
    private ApiClient root = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        root = api.As(api.Seeds.Root);
    }

    [TearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_cluster_is_added_shown_and_its_secret_never_leaves()
    {
        var created = await root.PostAsync("/api/clusters", Good);

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        var shown = await root.GetAsync(created.Location!);
        Assert.That(shown.Text + created.Text, Does.Not.Contain("geheim").And.Not.Contain("secret"));
        Assert.That((string?)shown.Data["auth"], Is.EqualTo("token"));
        Assert.That(shown.Data["endpoints"]!.AsArray().Select(one => (string?)one), Is.EqualTo(new[] { "https://pve1.example.com:8006", "https://pve2.example.com:8006" }));
        Assert.That((string?)shown.Data["fingerprint"], Does.StartWith("AA:BB:CC").And.EndsWith(":99"));
        await using var db = api.Database.OpenAll();
        var row = await db.Clusters.SingleAsync(cluster => cluster.Name == "east");
        Assert.That(row.SealedSecret, Does.StartWith("v1:").And.Not.Contain("geheim"));
        Assert.That(row.VmidNext, Is.EqualTo(1000));
    }

    [Test]
    public async Task Those_who_do_not_administer_clusters_see_the_names_alone()
    {
        await api.Seeds.ClusterAsync("of-globex", api.Seeds.Globex);
        using var acme = api.As(api.Seeds.AcmeOperator);

        var list = await acme.GetAsync("/api/clusters");

        Assert.That(list.Data.ToJsonString(), Is.EqualTo($$"""[{"id":{{api.Seeds.Cluster}},"name":"pve"}]"""));
        Assert.That((await root.GetAsync("/api/clusters")).Data.AsArray(), Has.Count.EqualTo(2));
    }

    [TestCase("pve1", "https://pve1:8006")]
    [TestCase("PVE1.example.com", "https://pve1.example.com:8006")]
    [TestCase("pve1:8006", "https://pve1:8006")]
    [TestCase("https://pve1", "https://pve1:8006")]
    [TestCase(" https://pve1/ ", "https://pve1:8006")]
    [TestCase("https://pve1:443", "https://pve1:443")]
    [TestCase("https://pve1:8006/#v1:0:18:4:::::::", "https://pve1:8006")]
    [TestCase("https://pve1:8006/#v1:0:=node%2Fpve1:4:5::::8::", "https://pve1:8006")]
    [TestCase("https://pve1:8006/api2/json", "https://pve1:8006")]
    [TestCase("HTTPS://pve1:8006/api2/json/", "https://pve1:8006")]
    [TestCase("10.0.0.1", "https://10.0.0.1:8006")]
    [TestCase("10.0.0.1:18006", "https://10.0.0.1:18006")]
    [TestCase("fd00::1", "https://[fd00::1]:8006")]
    [TestCase("https://fd00:0:0::1", "https://[fd00::1]:8006")]
    [TestCase("[FD00::1]", "https://[fd00::1]:8006")]
    [TestCase("https://[fd00::1]:8007/#v1", "https://[fd00::1]:8007")]
    public async Task An_address_is_taken_as_it_is_pasted_and_shown_in_one_form(string pasted, string shown)
    {
        var created = await root.PostAsync("/api/clusters", new { name = "a", endpoints = new[] { pasted, shown }, identity = "a@pam", secret = "s" });

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        Assert.That(created.Data["endpoints"]!.AsArray().Select(one => (string?)one), Is.EqualTo(new[] { shown }));
        Assert.That((await root.PatchAsync($"/api/clusters/{created.Data["id"]}", new { endpoints = new[] { pasted } })).Status, Is.EqualTo(200), "it is where the secret was entered for");
    }

    [TestCase("https://pve1:8006/?console=kvm")]
    [TestCase("https://pve1:8006/panel")]
    [TestCase("https://pve1:0")]
    [TestCase("https://pve1:65536")]
    [TestCase("https://pve1:")]
    [TestCase("ftp://pve1")]
    [TestCase("pve 1")]
    [TestCase("10.1")]
    [TestCase("256.0.0.1")]
    [TestCase("fd00::1::2")]
    [TestCase("https://[fe80::1%25eth0]:8006")]
    [TestCase("https://pve1@evil.example.com:8006")]
    [TestCase("")]
    public async Task What_is_no_address_of_a_node_is_refused(string address) => Assert.That(
        (await root.PostAsync("/api/clusters", new { name = "a", endpoints = new[] { address }, identity = "a@pam", secret = "s" })).WrongFields,
        Is.EqualTo(new[] { "endpoints" }));

    [TestCase("user.name@domain.com@entra!panel", "token")]
    [TestCase("anna@corp.example@ldap", "password")]
    [TestCase("DOMAIN\\svc@ad", "password")]
    [TestCase("o'neil@pam", "password")]
    [TestCase("we!rd@pve", "password")]
    [TestCase("we!rd@x@pve!panel", "token")]
    [TestCase("a@my-realm.v2!tok.en-1", "token")]
    [TestCase("müller@pve", "password")]
    public async Task A_user_may_have_any_name_that_proxmox_takes(string identity, string auth)
    {
        var created = await root.PostAsync("/api/clusters", new { name = "a", endpoints = new[] { "pve1" }, identity, secret = "s" });

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        Assert.That(((string?)created.Data["identity"], (string?)created.Data["auth"]), Is.EqualTo((identity, auth)));
    }

    [TestCase("müller@pve!t1", "s", "identity", "ASCII")]
    [TestCase("a b@pve!t1", "s", "identity", "user@realm!token")]
    [TestCase("a:b@pve", "s", "identity", "user@realm!token")]
    [TestCase("a\u200Bb@pve", "s", "identity", "user@realm!token")]
    [TestCase("a@pve!t1", "gehéim", "secret", "ASCII")]
    [TestCase("a@pve!t1", "geheim\r\n", "secret", "one line")]
    [TestCase("a@pve", "geheim\n", "secret", "one line")]
    public async Task A_credential_that_cannot_be_sent_names_its_own_field(string identity, string secret, string field, string why)
    {
        var body = new { name = "a", endpoints = new[] { "pve1" }, identity, secret };
        foreach (var answer in new[] { await root.PostAsync("/api/clusters/test", body), await root.PostAsync("/api/clusters", body) })
        {
            Assert.That(answer.WrongFields, Is.EqualTo(new[] { field }), answer.Text);
            Assert.That((string?)answer.Json!["errors"]![field]![0], Does.Contain(why));
        }
    }

    [Test]
    public async Task A_new_secret_is_checked_for_the_identity_that_is_there()
    {
        var answer = await root.PatchAsync($"/api/clusters/{api.Seeds.Cluster}", new { secret = "gehéim" });

        Assert.That(answer.WrongFields, Is.EqualTo(new[] { "secret" }), answer.Text);
    }

    [TestCase("""{}""", "endpoints,identity,name,secret")]
    [TestCase("""{"name":"a","endpoints":["http://pve1:8006"],"identity":"a@pam","secret":"s"}""", "endpoints")]
    [TestCase("""{"name":"a","endpoints":[],"identity":"a@pam","secret":"s"}""", "endpoints")]
    [TestCase("""{"name":"a","endpoints":["https://u:p@pve1:8006"],"identity":"a@pam","secret":"s"}""", "endpoints")]
    [TestCase("""{"name":"a","endpoints":["https://pve1:8006/api2"],"identity":"a@pam","secret":"s"}""", "endpoints")]
    [TestCase("""{"name":"a","endpoints":[null],"identity":"a@pam","secret":"s"}""", "endpoints")]
    [TestCase("""{"name":"a","endpoints":["https://pve1"],"identity":"root","secret":""}""", "identity,secret")]
    [TestCase("""{"name":"a","endpoints":["https://pve1"],"identity":"a@pam","auth":"token","secret":"s"}""", "identity")]
    [TestCase("""{"name":"a","endpoints":["https://pve1"],"identity":"a@pam","auth":"none","secret":"s"}""", "auth")]
    [TestCase("""{"name":"a","endpoints":["https://pve1"],"identity":"a@pam","secret":"s","fingerprint":"ab:cd"}""", "fingerprint")]
    [TestCase("""{"name":"a","endpoints":["https://pve1"],"identity":"a@pam","secret":"s","vmid_from":99,"vmid_to":1000000000}""", "vmid_from,vmid_to")]
    [TestCase("""{"name":"a","endpoints":["https://pve1"],"identity":"a@pam","secret":"s","vmid_from":200,"vmid_to":150}""", "vmid_to")]
    [TestCase("""{"name":"a","endpoints":["https://pve1"],"identity":"a@pam","secret":"s","company_id":99}""", "company_id")]
    public async Task What_is_wrong_is_named(string body, string fields)
    {
        var answer = await root.PostAsync("/api/clusters", body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.WrongFields, Is.EqualTo(fields.Split(',')));
    }

    [Test]
    public async Task Plain_http_is_refused_with_the_reason()
    {
        var answer = await root.PostAsync("/api/clusters/test", """{"endpoints":["http://pve1:8006"],"identity":"a@pam","secret":"s"}""");

        Assert.That((string?)answer.Json!["errors"]!["endpoints"]![0], Does.Contain("https"));
    }

    [Test]
    public async Task A_name_is_taken_once()
    {
        await root.PostAsync("/api/clusters", Good);

        var again = await root.PostAsync("/api/clusters", Good);

        Assert.That((again.Status, again.Code), Is.EqualTo((409, "cluster_exists")));
    }

    [Test]
    public async Task A_change_touches_what_was_given_and_null_unpins()
    {
        var id = (int)(await root.PostAsync("/api/clusters", Good)).Data["id"]!;

        var renamed = await root.PatchAsync($"/api/clusters/{id}", """{"name":"east2"}""");
        var revision = await RevisionAsync(id);
        var unpinned = await root.PatchAsync($"/api/clusters/{id}", """{"fingerprint":null,"secret":"geheim"}""");

        Assert.That((string?)renamed.Data["name"], Is.EqualTo("east2"), renamed.Text);
        Assert.That(renamed.Data.AsObject().ContainsKey("fingerprint"), Is.True);
        Assert.That(revision, Is.Zero, "a new name needs no new connection");
        Assert.That(unpinned.Data.AsObject().ContainsKey("fingerprint"), Is.False);
        Assert.That(await RevisionAsync(id), Is.EqualTo(1));
        Assert.That((await root.PatchAsync($"/api/clusters/{id}", """{"vmid_to":500}""")).WrongFields, Is.EqualTo(new[] { "vmid_to" }));
        Assert.That((await root.PatchAsync("/api/clusters/99", "{}")).Status, Is.EqualTo(404));
    }

    [TestCase("""{"endpoints":["https://pve1.example.com:8006","https://evil.example.com:8006"]}""", "evil.example.com:8006")]
    [TestCase("""{"endpoints":["https://pve1.example.com:9006"]}""", "pve1.example.com:9006")]
    [TestCase("""{"fingerprint":null}""", "certificate")]
    public async Task The_stored_secret_is_not_sent_where_it_was_not_entered_for(string change, string why)
    {
        var id = (int)(await root.PostAsync("/api/clusters", Good)).Data["id"]!;

        var refused = await root.PatchAsync($"/api/clusters/{id}", change);

        Assert.That((refused.Status, refused.WrongFields), Is.EqualTo((400, new[] { "secret" })), refused.Text);
        Assert.That((string?)refused.Json!["errors"]!["secret"]![0], Does.Contain(why));
        Assert.That(await RevisionAsync(id), Is.Zero);
        Assert.That((await root.PatchAsync($"/api/clusters/{id}", change[..^1] + ""","secret":"new"}""")).Status, Is.EqualTo(200));
        Assert.That((await root.PatchAsync($"/api/clusters/{id}", """{"endpoints":["https://PVE1.example.com:8006/"]}""")).Status, Is.EqualTo(
            change.Contains("9006", StringComparison.Ordinal) ? 400 : 200), "one that it had may be left alone");
    }

    [Test]
    public async Task A_cluster_in_use_is_not_forgotten_by_accident()
    {
        await api.Seeds.VmAsync(api.Seeds.Acme);
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        var path = $"/api/clusters/{api.Seeds.Cluster}";

        Assert.That((await root.DeleteAsync($"{path}?force=true")).Code, Is.EqualTo("cluster_in_use"));
        await api.Seeds.ChangeAsync<Data.Jobs.Job>(job.Id, row => row.Status = JobStatus.Succeeded);
        Assert.That((await root.DeleteAsync(path)).Code, Is.EqualTo("cluster_in_use"));
        Assert.That((await root.DeleteAsync($"{path}?force=perhaps")).WrongFields, Is.EqualTo(new[] { "force" }));
        Assert.That((await root.DeleteAsync($"{path}?force=true")).Status, Is.EqualTo(200));
        Assert.That((await root.DeleteAsync(path)).Status, Is.EqualTo(404));
        Assert.That((await root.GetAsync("/api/vms")).Data.AsArray(), Is.Empty);
    }

    [Test]
    public async Task A_deleted_cluster_leaves_nothing_in_redis()
    {
        var board = api.Services.GetRequiredService<AdmissionBoard>();
        await board.WriteAsync(new AdmissionView { ClusterId = api.Seeds.Cluster, Limits = new Dictionary<string, ClassLimits>() });

        Assert.That((await root.DeleteAsync($"/api/clusters/{api.Seeds.Cluster}")).Status, Is.EqualTo(200));

        Assert.That(await board.ReadAsync(api.Seeds.Cluster), Is.Null);
    }

    [Test]
    public async Task A_cluster_is_deleted_also_while_redis_is_unreachable()
    {
        api.StopRedis();

        Assert.That((await root.DeleteAsync($"/api/clusters/{api.Seeds.Cluster}")).Status, Is.EqualTo(200));
        Assert.That((await root.GetAsync($"/api/clusters/{api.Seeds.Cluster}")).Status, Is.EqualTo(404));
    }

    private async Task<int> RevisionAsync(int id)
    {
        await using var db = api.Database.OpenAll();
        return (await db.Clusters.FindAsync(id))!.Revision;
    }
}
