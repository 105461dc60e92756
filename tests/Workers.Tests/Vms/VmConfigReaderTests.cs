using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Agent;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Workers.Tests.Vms;

public sealed class VmConfigReaderTests
{
    private static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private static readonly QemuConfig None = new() { Raw = new Dictionary<string, string>(), Disks = new Dictionary<string, QemuDisk>(), Tags = [] };

    [Test]
    public void Network_cards_are_read_in_the_order_of_their_slots_old_style_too()
    {
        var config = Read(
            ("net10", "e1000=BC:24:11:00:00:10"), ("net2", "model=rtl8139,macaddr=BC:24:11:00:00:02,bridge=vmbr1,tag=12"),
            ("net0", "virtio=BC:24:11:00:00:00,bridge=vmbr0,firewall=1"), ("netif", "x"));

        Assert.That(config.Nics.Select(nic => (nic.Slot, nic.Model, nic.Mac, nic.Bridge, nic.Tag)), Is.EqualTo(new (string, string, string?, string?, int?)[]
        {
            ("net0", "virtio", "BC:24:11:00:00:00", "vmbr0", null),
            ("net2", "rtl8139", "BC:24:11:00:00:02", "vmbr1", 12),
            ("net10", "e1000", "BC:24:11:00:00:10", null, null),
        }));
    }

    [TestCase("order=virtio0;net0", null, "virtio0")]
    [TestCase("order=ide2;scsi1", null, "scsi1")]
    [TestCase("c", "virtio0", "virtio0")]
    [TestCase("c", null, null)]
    [TestCase(null, null, null)]
    public void Disks_are_shown_one_by_one_and_the_one_that_it_boots_from_first(string? boot, string? bootdisk, string? expected)
    {
        var config = Read(
            ("scsi0", "local-lvm:vm-1-disk-0,size=5G"), ("scsi1", "nfs:1/vm-1-disk-1.qcow2,size=512M"), ("virtio0", "/dev/sdb"), ("scsi10", "nfs:1/vm-1-disk-2.raw,size=1G"),
            ("ide2", "local:iso/x.iso,media=cdrom"), ("ide0", "local-lvm:vm-1-cloudinit,media=cdrom"), ("efidisk0", "local-lvm:vm-1-disk-3,size=528K"),
            ("boot", boot), ("bootdisk", bootdisk));

        Assert.That(config.Disks.Where(disk => disk.Boot).Select(disk => disk.Slot), Is.EqualTo(expected is null ? Array.Empty<string>() : [expected]));
        string[] slots = ["efidisk0", "scsi0", "scsi1", "scsi10", "virtio0"];
        Assert.That(config.Disks.Select(disk => disk.Slot), Is.EqualTo(expected is null ? slots : [expected, .. slots.Where(slot => slot != expected)]));
        Assert.That(config.Disks.Single(disk => disk.Slot == "scsi1"), Is.EqualTo(new VmDiskView("scsi1", "nfs", 0.5, expected == "scsi1")));
        Assert.That(config.Disks.Single(disk => disk.Slot == "virtio0"), Is.EqualTo(new VmDiskView("virtio0", null, null, expected == "virtio0")));
    }

    [Test]
    public void All_else_that_the_view_shows_is_read()
    {
        var config = Read(
            ("bios", "ovmf"), ("efidisk0", "l:1,size=4M"), ("tpmstate0", "l:2,size=4M,version=v2.0"), ("machine", "q35"), ("agent", "enabled=1,fstrim_cloned_disks=1"),
            ("cpu", "cputype=host,flags=+aes"), ("sockets", "2"), ("cores", "3"), ("vcpus", "4"), ("balloon", "512"), ("onboot", "1"), ("protection", "1"), ("ostype", "win11"),
            ("description", "for accounting\n\nmultipanel vm=7 job=0198"));

        Assert.That((config.Bios, config.EfiDisk, config.Tpm, config.Machine, config.Agent), Is.EqualTo(("ovmf", true, "v2.0", "q35", true)));
        Assert.That((config.CpuType, config.Sockets, config.CoresPerSocket, config.Vcpus, config.BalloonMb), Is.EqualTo(("host", 2, 3, (int?)4, (int?)512)));
        Assert.That((config.OnBoot, config.Protection, config.OsType, config.Description), Is.EqualTo((true, true, "win11", "for accounting")));
    }

    [Test]
    public void What_is_absent_has_proxmoxs_defaults()
    {
        var config = Read();

        Assert.That((config.Bios, config.EfiDisk, config.Tpm, config.Agent, config.CpuType), Is.EqualTo(("seabios", false, (string?)null, false, (string?)null)));
        Assert.That((config.Sockets, config.CoresPerSocket, config.BalloonMb, config.OnBoot, config.Protection), Is.EqualTo((1, 1, (int?)null, false, false)));
    }

    [TestCase("multipanel", true)]
    [TestCase("MultiPanel", true)]
    [TestCase("mp-vm-12", true)]
    [TestCase("mp-job-0198", true)]
    [TestCase("multipanel-demo", false)]
    [TestCase("mp", false)]
    public void The_panels_own_tags_are_known(string tag, bool own) => Assert.That(PanelMarks.IsTag(tag), Is.EqualTo(own));

    [Test]
    public void Addresses_come_in_the_order_of_the_vms_own_cards_whatever_the_guest_says_first()
    {
        VmNicView[] nics = [new("net0", "virtio", "BC:24:11:00:00:00", "vmbr0", null), new("net1", "virtio", "BC:24:11:00:00:01", "vmbr1", null)];
        GuestInterface[] said =
        [
            new("lo", "00:00:00:00:00:00", [new("127.0.0.1", "ipv4", 8)]),
            new("docker0", "02:42:ac:11:00:02", [new("172.17.0.1", "ipv4", 16)]),
            new("eth1", "bc:24:11:00:00:01", [new("10.0.1.5", "ipv4", 24)]),
            new("eth0", "bc:24:11:00:00:00", [new("fe80::1", "ipv6", 64), new("2001:db8::5", "ipv6", 64), new("10.0.0.5", "ipv4", 24)]),
            new("down", null, []),
        ];

        var network = GuestNetworks.Read(said, nics, Now);

        Assert.That(network.Interfaces.Select(guest => (guest.Name, guest.Nic, string.Join(' ', guest.Addresses))), Is.EqualTo(new (string, string?, string)[]
        {
            ("eth0", "net0", "10.0.0.5 2001:db8::5"), ("eth1", "net1", "10.0.1.5"), ("docker0", null, "172.17.0.1"),
        }));
        Assert.That(GuestNetworks.Addresses(network), Is.EqualTo(new[] { "10.0.0.5", "2001:db8::5", "10.0.1.5", "172.17.0.1" }));
    }

    [Test]
    public void A_guest_that_says_much_is_cut_short()
    {
        var said = Enumerable.Range(0, 100).Select(n => new GuestInterface(new string('x', 500), null, [new($"10.0.0.{n}", "ipv4", 24)]));

        var network = GuestNetworks.Read(said, [], Now);

        Assert.That((network.Interfaces.Count, network.Interfaces[0].Name.Length), Is.EqualTo((32, 64)));
    }

    [Test]
    public void What_a_guest_calls_its_interfaces_stays_one_short_line()
    {
        var name = $"a\r\n\u001b[31m\u202e{string.Concat(Enumerable.Repeat("\U0001F600", 100))}";

        var shown = GuestNetworks.Read([new GuestInterface(name, "\u0000aa:bb", [new("10.0.0.5", "ipv4", 24), new("10.0.0.5", "ipv4", 24)])], [], Now).Interfaces.Single();

        Assert.That((shown.Name, shown.Mac), Is.EqualTo(($"a[31m{string.Concat(Enumerable.Repeat("\U0001F600", 59))}", "aa:bb")));
        Assert.That(shown.Addresses, Is.EqualTo(new[] { "10.0.0.5" }));
    }

    private static VmConfigView Read(params (string Key, string? Value)[] values) => VmConfigReader.Read(
        None.With(values.Where(value => value.Value is not null).ToDictionary(value => value.Key, value => value.Value!), []), [], Now);
}
