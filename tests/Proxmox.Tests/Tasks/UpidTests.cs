using System.Text.Json;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Tests.Tasks;

internal sealed class UpidTests
{
    private const string Clone = "UPID:pve1:0000044E:00064204:6B030FE4:qmclone:200:engine@pve!t1:";

    [Test]
    public void A_upid_tells_its_parts()
    {
        var upid = Upid.Parse(Clone);

        Assert.Multiple(() =>
        {
            Assert.That(upid.Node, Is.EqualTo("pve1"));
            Assert.That(upid.Pid, Is.EqualTo(1102));
            Assert.That(upid.PStart, Is.EqualTo(410116));
            Assert.That(upid.StartTime.ToUnixTimeSeconds(), Is.EqualTo(1795362788));
            Assert.That(upid.Type, Is.EqualTo("qmclone"));
            Assert.That(upid.Id, Is.EqualTo("200"));
            Assert.That(upid.User, Is.EqualTo("engine@pve!t1"));
            Assert.That(upid.ToString(), Is.EqualTo(Clone));
        });
    }

    [TestCase("UPID:pve1:0000027D:000631BC:6B030FBB:bulk-start::root@pam:", TestName = "The_id_may_be_empty")]
    [TestCase("UPID:pve1:00000272:10006317F:6B030FBA:imgdel:101@shared:root@pam:", TestName = "A_long_uptime_makes_nine_digits")]
    public void Rare_shapes_are_upids(string text) => Assert.That(Upid.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("UPID:bad")]
    [TestCase("UPID:pve1:0000044E:00064204:6B030FE4:qmclone:200:root@pam")]
    [TestCase("UPID:pve1:0000044E:00064204:6B030FE4:qmclone:200:root@pam:\n")]
    [TestCase("UPID:-pve:0000044E:00064204:6B030FE4:qmclone:200:root@pam:")]
    [TestCase("UPID:pve1:0000044E:00064204:6B030FE4:qm/clone:200:root@pam:")]
    public void Anything_else_is_none(string? text)
    {
        Assert.That(Upid.TryParse(text, out var upid), Is.False);
        Assert.That(upid, Is.EqualTo(default(Upid)));
    }

    [Test]
    public void Parse_of_something_else_throws() => Assert.That(() => Upid.Parse("UPID:bad"), Throws.TypeOf<FormatException>());

    [Test]
    public void A_upid_survives_json()
    {
        var json = JsonSerializer.Serialize(new Held(Upid.Parse(Clone), null));

        Assert.That(json, Does.Contain(Clone.Split('!')[0]));
        Assert.That(JsonSerializer.Deserialize<Held>(json), Is.EqualTo(new Held(Upid.Parse(Clone), null)));
        Assert.That(() => JsonSerializer.Deserialize<Upid>("\"UPID:bad\""), Throws.TypeOf<JsonException>());
        Assert.That(JsonSerializer.Deserialize<Upid>(JsonSerializer.Serialize(default(Upid))), Is.EqualTo(default(Upid)));
    }

    private sealed record Held(Upid One, Upid? Other);
}
