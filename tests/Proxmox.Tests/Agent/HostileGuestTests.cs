using MultiPanel.Proxmox.Agent;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Agent;

/// <summary>What an agent answers is whatever its guest likes.</summary>
internal sealed class HostileGuestTests
{
    [TestCase("10.0.0.5", "10.0.0.5")]
    [TestCase("2001:DB8:0:0::5", "2001:db8::5")]
    [TestCase("2001:db8::5%eth0", "2001:db8::5")]
    [TestCase("::ffff:10.0.0.5", "10.0.0.5")]
    [TestCase("fe80::1", null)]
    [TestCase("fe80::1%eth0", null)]
    [TestCase("169.254.3.4", null)]
    [TestCase("127.0.0.1", null)]
    [TestCase("::ffff:127.0.0.1", null)]
    [TestCase("::1", null)]
    [TestCase("0.0.0.0", null)]
    [TestCase("::", null)]
    [TestCase("224.0.0.1", null)]
    [TestCase("ff02::1", null)]
    [TestCase("9", null)]
    [TestCase("10.0.0.010", null)]
    [TestCase("", null)]
    [TestCase("10.0.0.5\n10.0.0.6", null)]
    [TestCase("<script>", null)]
    public void Of_an_address_counts_what_others_can_reach_as_it_is_usually_written(string said, string? reachable) =>
        Assert.That(new GuestAddress(said, "ipv4", 24).Reachable, Is.EqualTo(reachable));

    [Test]
    public void An_endless_address_is_none()
    {
        Assert.That(new GuestAddress($"2001:db8::5%{new string('x', 1_000_000)}", "ipv6", 64).Reachable, Is.Null);
        Assert.That(new GuestAddress(new string('1', 1_000_000), "ipv4", 24).Reachable, Is.Null);
    }

    [TestCase("null")]
    [TestCase("5")]
    [TestCase("\"text\"")]
    [TestCase("{}")]
    [TestCase("[null,5,\"text\",[],{}]")]
    [TestCase("[{\"name\":{\"a\":1},\"hardware-address\":[2],\"ip-addresses\":{}}]")]
    [TestCase("[{\"name\":\"eth0\",\"ip-addresses\":[null,7,{\"ip-address\":9,\"prefix\":1e400},{\"ip-address\":{},\"prefix\":\"x\"}]}]")]
    [TestCase("[{\"name\":\"\\ud800\",\"hardware-address\":\"\\udc00\",\"ip-addresses\":[{\"ip-address\":\"\\ud800\"}]}]")]
    public async Task Wrong_types_are_no_addresses(string result)
    {
        var interfaces = await AskAsync($$"""{"result":{{result}}}""");

        Assert.That(interfaces.SelectMany(card => card.Addresses).Select(address => address.Reachable), Has.All.Null);
    }

    [Test]
    public void An_answer_of_many_megabytes_is_not_read() => Assert.That(
        () => AskAsync($$"""{"result":[{"name":"{{new string('x', 2 << 20)}}"}]}"""),
        Throws.TypeOf<PveAnswerException>().With.Property("Text").Contains("longer than 1 MiB"));

    [TestCase("1e300")]
    [TestCase("-5")]
    [TestCase("\"x\"")]
    public async Task A_sign_in_at_no_time_has_none(string time)
    {
        await using var pve = new PveStub(_ => StubAnswer.Data($$"""{"result":[{"user":"anna","login-time":{{time}}}]}"""));
        await using var client = pve.Client();

        var users = await client.Agent.UsersAsync("pve1", 100);

        Assert.That((users.Single().User, users.Single().LoginTime), Is.EqualTo(("anna", (DateTimeOffset?)null)));
    }

    private static async Task<IReadOnlyList<GuestInterface>> AskAsync(string data)
    {
        await using var pve = new PveStub(_ => StubAnswer.Data(data));
        await using var client = pve.Client();
        return await client.Agent.NetworkInterfacesAsync("pve1", 100);
    }
}
