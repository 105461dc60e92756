using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Tests.Errors;

internal sealed class SecretTests
{
    [Test]
    public void Credentials_never_print_their_secret()
    {
        var connection = new PveConnection { Endpoints = [new Uri("https://pve1:8006")], Credential = new PvePassword("root@pam", "hush") };

        Assert.That(new PveApiToken("u@pve!t", "hush").ToString(), Is.EqualTo("PveApiToken u@pve!t"));
        Assert.That(connection.ToString(), Does.Contain("root@pam").And.Not.Contain("hush"));
        Assert.That($"{connection.Credential}", Does.Not.Contain("hush"));
        Assert.That(new Pass("hush", "hush", "hush").ToString(), Does.Not.Contain("hush"));
    }

    [Test]
    public void A_console_never_prints_its_ticket()
    {
        var proxy = new VncProxy(5900, "hush", "hush", Upid.Parse("UPID:pve1:00000393:00063D3A:6B030FD8:vncproxy:200:root@pam:"), "root@pam");

        Assert.That(proxy.ToString(), Does.Contain("5900").And.Not.Contain("hush"));
    }
}
