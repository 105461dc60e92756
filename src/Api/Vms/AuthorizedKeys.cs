using System.Buffers.Binary;
using System.Text;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Vms;

/// <summary>
/// OpenSSH public keys as in an <c>authorized_keys</c> file (sshd(8)): one a line, with options before and a comment after it; empty
/// lines and lines that begin with <c>#</c> say nothing.
/// </summary>
internal static class AuthorizedKeys
{
    private const int MostLines = 100, MostBytes = 64 * 1024;

    private static readonly string[] Types =
    [
        "ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ];

    /// <returns>What is wrong, after the field's name; null: nothing.</returns>
    public static string? Wrong(string text)
    {
        var lines = text.Split('\n').Select((line, index) => (Number: index + 1, Text: line.Trim())).Where(line => line.Text.Length > 0).ToList();
        if (Encoding.UTF8.GetByteCount(text) > MostBytes || lines.Count > MostLines)
        {
            return $"must have at most {MostLines} lines and {MostBytes / 1024} KiB";
        }

        var keys = lines.Where(line => line.Text[0] != '#').ToList();
        return keys.Count == 0 ? "must be OpenSSH public keys, one a line, such as ssh-ed25519 AAAA… name"
            : lines.Find(line => !TextRules.IsLine(line.Text)) is { Text: not null } control ? $"has a control or direction character in line {control.Number}"
            : keys.Find(line => !IsKey(line.Text)) is { Text: not null } wrong
                ? $"has no OpenSSH public key in line {wrong.Number}: it must look like ssh-ed25519 AAAA… name, with options before it if need be"
                : null;
    }

    private static bool IsKey(string line)
    {
        var words = Words(line);
        var type = words.FindIndex(word => Types.Contains(word));
        return type is 0 or 1 && words.Count > type + 1 && IsBlob(words[type], words[type + 1]);
    }

    /// <summary>The type's name stands before the key and, length first, inside it (RFC 4253, 6.6).</summary>
    private static bool IsBlob(string type, string text)
    {
        var blob = new byte[text.Length];
        return Convert.TryFromBase64String(text, blob, out var length)
            && length > 4 + type.Length
            && BinaryPrimitives.ReadInt32BigEndian(blob) == type.Length
            && Encoding.ASCII.GetString(blob, 4, type.Length) == type;
    }

    /// <summary>Separated by blanks; in an option's quotes a blank separates nothing, and a quote may stand there after a backslash.</summary>
    private static List<string> Words(string line)
    {
        List<string> words = [];
        var (word, quoted) = (new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] is ' ' && !quoted)
            {
                Add();
                continue;
            }

            quoted ^= line[i] == '"' && (i == 0 || line[i - 1] != '\\');
            word.Append(line[i]);
        }

        Add();
        return words;

        void Add()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }
}
