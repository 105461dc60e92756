using System.Security.Cryptography;
using System.Text;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>Reads a VM's configuration as the API shows it.</summary>
internal static class VmConfig
{
    public static string Digest(VmState vm)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in vm.Config.Concat(vm.Pending))
        {
            text.Append(key).Append(": ").Append(value).Append('\n');
        }

        text.AppendJoin(',', vm.PendingDelete).AppendJoin(',', vm.Snapshots.Select(snapshot => snapshot.Name));
        return Sha1(text.ToString());
    }

    /// <summary>PVE's digests are SHA-1 in hex; nothing rests on their strength.</summary>
#pragma warning disable CA5350, CA1308
    public static string Sha1(string text) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
#pragma warning restore CA5350, CA1308

    public static Dictionary<string, object?> Show(VmState vm, bool current)
    {
        var shown = Typed(vm.Config);
        if (!current)
        {
            foreach (var key in vm.PendingDelete)
            {
                shown.Remove(key);
            }

            foreach (var (key, value) in vm.Pending)
            {
                shown[key] = QemuOptions.Typed(key, value);
            }
        }

        shown["digest"] = Digest(vm);
        return shown;
    }

    /// <summary>A snapshot's configuration as <c>config?snapshot=</c> shows it: with the digest of the whole file.</summary>
    public static Dictionary<string, object?> ShowSnapshot(VmState vm, SnapshotState snapshot)
    {
        var shown = ShowSnapshot(snapshot);
        shown["digest"] = Digest(vm);
        return shown;
    }

    public static Dictionary<string, object?> ShowSnapshot(SnapshotState snapshot)
    {
        var shown = snapshot.Config.ToDictionary(
            pair => pair.Key, object? (pair) => pair.Key == "cipassword" ? pair.Value : QemuOptions.Typed(pair.Key, pair.Value));
        shown["snaptime"] = snapshot.Time;
        if (snapshot.Description.Length > 0)
        {
            shown["description"] = snapshot.Description;
        }
        else
        {
            shown.Remove("description");
        }

        if (snapshot.Parent is { } parent)
        {
            shown["parent"] = parent;
        }

        if (snapshot.VmState is { } state)
        {
            shown["vmstate"] = state;
        }

        return shown;
    }

    public static List<Dictionary<string, object?>> Pending(VmState vm)
    {
        var shown = Show(vm, current: true);
        shown.Remove("parent");
        var list = new List<Dictionary<string, object?>>();
        foreach (var (key, value) in shown)
        {
            var row = new Dictionary<string, object?> { ["key"] = key, ["value"] = value };
            if (vm.Pending.TryGetValue(key, out var pending))
            {
                row["pending"] = QemuOptions.Typed(key, pending);
            }

            if (vm.PendingDelete.Contains(key))
            {
                row["delete"] = 1;
            }

            list.Add(row);
        }

        list.AddRange(vm.Pending.Where(pair => !shown.ContainsKey(pair.Key)).Select(pair => new Dictionary<string, object?>
        {
            ["key"] = pair.Key,
            ["pending"] = QemuOptions.Typed(pair.Key, pair.Value),
        }));
        return list;
    }

    /// <summary>Applies what waited for the next start.</summary>
    public static void ApplyPending(VmState vm)
    {
        foreach (var key in vm.PendingDelete)
        {
            vm.Config.Remove(key);
        }

        foreach (var (key, value) in vm.Pending)
        {
            vm.Config[key] = value;
        }

        vm.PendingDelete.Clear();
        vm.Pending.Clear();
    }

    private static Dictionary<string, object?> Typed(SortedDictionary<string, string> config) =>
        config.ToDictionary(pair => pair.Key, object? (pair) => QemuOptions.Typed(pair.Key, pair.Value));
}
