using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Workers.Vms;

/// <summary>
/// Writes the options of a command into a VM's configuration, and with them those that depend on them: alone, Proxmox would refuse
/// the change, or the VM would not start.
/// </summary>
public static class VmSettings
{
    private const string DefaultModel = "virtio";

    /// <summary><c>net0</c> to <c>net31</c>.</summary>
    private const int MostCards = 32;

    public static void Put(this ConfigEdit edit, VmOptions options, QemuConfig config)
    {
        edit.PutCpus(options, config);
        edit.PutMemory(options, config);
        edit.PutNetworks(options.Networks, config);
        edit.Put("onboot", options.OnBoot);
        edit.Put("protection", options.Protection);
    }

    /// <summary><c>vcpus</c> must not be more than there are, and with fewer a larger VM would not become larger.</summary>
    private static void PutCpus(this ConfigEdit edit, VmOptions options, QemuConfig config)
    {
        edit.Put("cores", options.Cores);
        edit.Put("sockets", options.Sockets);
        if ((options.Cores is not null || options.Sockets is not null) && config.Vcpus is not null)
        {
            edit.Delete.Add("vcpus");
        }

        if (options.Cpu is { } type)
        {
            // The flags that follow the type stay.
            var flags = config.Raw.GetValueOrDefault("cpu")?.Split(',').Skip(1) ?? [];
            edit.Put("cpu", string.Join(',', flags.Prepend(type)));
        }
    }

    /// <summary>"balloon value too large (must be smaller than assigned memory)".</summary>
    private static void PutMemory(this ConfigEdit edit, VmOptions options, QemuConfig config)
    {
        edit.Put("memory", options.MemoryMb);
        edit.Put("balloon", options.BalloonMb ?? (config.BalloonMb > options.MemoryMb ? options.MemoryMb : null));
    }

    private static void PutNetworks(this ConfigEdit edit, IReadOnlyList<NetworkOptions>? networks, QemuConfig config)
    {
        if (networks is null)
        {
            return;
        }

        var slots = Slots(networks.Count, config);
        for (var number = 0; number < networks.Count; number++)
        {
            edit.Put(slots[number], Card(networks[number], config.Networks.GetValueOrDefault(slots[number])).ToString());
        }

        edit.Delete.UnionWith(config.Networks.Keys.Except(slots));
    }

    /// <summary>Those that it has, in their order, so that a list that was read can be written again; then free ones, after them as long as there are any.</summary>
    private static List<string> Slots(int count, QemuConfig config)
    {
        var known = config.Networks.Keys.OrderBy(slot => slot.Length).ThenBy(slot => slot, StringComparer.Ordinal).ToList();
        var after = known.Count == 0 ? 0 : int.Parse(known[^1]["net".Length..], System.Globalization.CultureInfo.InvariantCulture) + 1;
        var free = Enumerable.Range(0, MostCards).Select(number => (after + number) % MostCards).Select(number => $"net{number}").Except(known);
        return [.. known.Concat(free).Take(count)];
    }

    /// <summary>What a request does not speak of, such as a rate limit, stays as it is.</summary>
    private static QemuNetwork Card(NetworkOptions wanted, QemuNetwork? known)
    {
        var options = known?.Options.ToDictionary() ?? [];
        options["bridge"] = wanted.Bridge;
        Set("tag", wanted.Tag);
        Set("mtu", wanted.Mtu);
        Set("firewall", wanted.Firewall ? 1 : null);
        Set("link_down", wanted.LinkDown ? 1 : null);
        return new QemuNetwork(wanted.Model ?? known?.Model ?? DefaultModel, wanted.Mac?.ToUpperInvariant() ?? known?.Mac, options);

        void Set(string name, int? value)
        {
            if (value is { } given)
            {
                options[name] = given.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            else
            {
                options.Remove(name);
            }
        }
    }
}
