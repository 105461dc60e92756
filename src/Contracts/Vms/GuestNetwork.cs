namespace MultiPanel.Contracts.Vms;

/// <summary>What the guest agent said of the guest's network.</summary>
/// <param name="AskedAt">UTC: when it said so.</param>
/// <param name="Interfaces">Those with an address that others can reach; the VM's own cards first, in the order of their slots.</param>
public sealed record GuestNetwork(DateTime AskedAt, IReadOnlyList<GuestInterfaceView> Interfaces);

/// <summary>An interface in the guest.</summary>
/// <param name="Name">As the guest calls it, as in <c>eth0</c>, <c>Ethernet</c>.</param>
/// <param name="Nic">The VM's card with this MAC, as in <c>net0</c>; absent: the guest made the interface itself, as bridges and VPNs are.</param>
public sealed record GuestInterfaceView(string Name, string? Mac, string? Nic, IReadOnlyList<string> Addresses);
