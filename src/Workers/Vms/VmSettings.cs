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

        for (var number = 0; number < networks.Count; number++)
        {
            edit.Put($"net{number}", Card(networks[number], config.Networks.GetValueOrDefault($"net{number}")).ToString());
        }

        var last = Enumerable.Range(0, networks.Count).Select(number => $"net{number}").ToHashSet();
        edit.Delete.UnionWith(config.Networks.Keys.Where(slot => !last.Contains(slot)));
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
