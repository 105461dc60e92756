using System.Buffers.Binary;
using System.Text;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Qemu;

/// <summary>Proxmox has ssh-keygen look at the keys for cloud-init; here the blob of each must be whole (RFC 4253, 6.6).</summary>
internal static class SshKeys
{
    /// <summary>Checks <c>sshkeys</c> among the options: URL-encoded lines of authorized_keys.</summary>
    public static void Check(IReadOnlyDictionary<string, string> options)
    {
        if (options.TryGetValue("sshkeys", out var encoded) && Lines(encoded).Exists(line => !IsKey(line)))
        {
            throw new PveException("SSH public key validation error");
        }
    }

    public static List<string> Lines(string encoded) =>
        [.. Uri.UnescapeDataString(encoded).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#')];

    private static bool IsKey(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var type = Array.FindIndex(words, word => word.StartsWith("ssh-", StringComparison.Ordinal) || word.StartsWith("ecdsa-", StringComparison.Ordinal) || word.StartsWith("sk-", StringComparison.Ordinal));
        if (type < 0 || type + 1 >= words.Length)
        {
            return false;
        }

        var blob = new byte[words[type + 1].Length];
        return Convert.TryFromBase64String(words[type + 1], blob, out var length) && Fields(blob.AsSpan(0, length)) is { Count: >= 2 } fields && fields[0] == words[type];
    }

    /// <summary>The fields of a blob, each with its length before it; none where it is cut off.</summary>
    private static List<string> Fields(ReadOnlySpan<byte> blob)
    {
        var fields = new List<string>();
        while (blob.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(blob) is var length && length <= blob.Length - 4)
        {
            fields.Add(Encoding.ASCII.GetString(blob.Slice(4, (int)length)));
            blob = blob[(4 + (int)length)..];
        }

        return blob.IsEmpty ? fields : [];
    }
}
