using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>A VM's configuration with what waits for its next start, from one call: <c>GET …/pending</c>.</summary>
/// <param name="Config">As it will be once all has taken effect: the same as <c>GET …/config</c> shows.</param>
/// <param name="Changes">What has not taken effect yet, by key.</param>
public sealed record QemuPending(QemuConfig Config, IReadOnlyList<QemuPendingChange> Changes)
{
    internal static QemuPending From(IReadOnlyList<JsonElement> rows)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var changes = new List<QemuPendingChange>();
        foreach (var row in rows.Where(row => row.Text("key") is not null))
        {
            var (key, now, then) = (row.Text("key")!, row.Text("value"), row.Text("pending"));
            var removed = row.Flag("delete");
            if (removed || then is not null)
            {
                changes.Add(new QemuPendingChange(key, now, removed ? null : then));
            }

            if (!removed && (then ?? now) is { } value)
            {
                values[key] = value;
            }
        }

        return new QemuPending(QemuConfig.From(values), [.. changes.OrderBy(change => change.Key, StringComparer.Ordinal)]);
    }
}

/// <summary>One key of the configuration that changes at the next start.</summary>
/// <param name="Now">In force; null: the key is not set.</param>
/// <param name="Then">Null: it is removed.</param>
public sealed record QemuPendingChange(string Key, string? Now, string? Then);
