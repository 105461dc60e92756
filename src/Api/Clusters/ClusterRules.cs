using System.Text;
using System.Text.RegularExpressions;
using MultiPanel.Api.Formats;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Clusters;

namespace MultiPanel.Api.Clusters;

/// <summary>What a cluster's fields must look like.</summary>
internal static partial class ClusterRules
{
    /// <summary>The VMIDs that Proxmox takes (<c>pve-vmid</c>).</summary>
    public const int LowestVmid = 100, HighestVmid = 999_999_999;

    /// <summary>Goes on after "secret".</summary>
    public const string AsciiSecret = "must have ASCII characters alone, as the secrets of API tokens have: this one was changed on the way here";

    private const int MostEndpoints = 32;

    /// <summary>The column's width; three fingerprints fit.</summary>
    private const int FingerprintLength = 255;

    /// <summary>A new cluster.</summary>
    public static void Create(ClusterRequest cluster, Rules rules)
    {
        rules.Required("name", cluster.Name);
        Connect(cluster, rules);
    }

    /// <summary>A connection to try out.</summary>
    public static void Connect(ClusterRequest cluster, Rules rules)
    {
        rules.Required("endpoints", cluster.Endpoints);
        rules.Required("identity", cluster.Identity);
        rules.Required("secret", cluster.Secret);
        Change(cluster, rules);
    }

    /// <summary>Whatever is given.</summary>
    public static void Change(ClusterRequest cluster, Rules rules)
    {
        rules.Text("name", cluster.Name, Name().IsMatch, "must have 1 to 63 letters, digits, dots, hyphens, underscores or blanks, and begin with a letter or digit");
        rules.That(cluster.Endpoints is not { Count: 0 }, "endpoints", "must name at least one node");
        if (cluster.Endpoints?.Any(endpoint => endpoint?.TrimStart().StartsWith("http://", StringComparison.OrdinalIgnoreCase) == true) == true)
        {
            rules.Fail("endpoints", "must use https: over plain http the secret and every command could be read and altered on the way");
        }

        rules.Each("endpoints", cluster.Endpoints, MostEndpoints, text => EndpointAddress.TryRead(text, out _), "must be a node's address such as https://pve1.example.com:8006, pve1 or 10.0.0.1; the port is 8006 unless another is given");
        Identity(cluster, rules);
        Secret(cluster, rules);
        rules.Text("fingerprint", cluster.Fingerprint, text => Fingerprints.TryRead(text, out _), "must be the certificate's SHA-256 fingerprint: 64 hex digits, with or without colons; several separated by commas");
        rules.That(Fingerprints.Compact(cluster.Fingerprint) is not { Length: > FingerprintLength }, "fingerprint", "must be at most 3 fingerprints");
        rules.Range("vmid_from", cluster.VmidFrom, LowestVmid, HighestVmid);
        rules.Range("vmid_to", cluster.VmidTo, LowestVmid, HighestVmid);
        rules.Text("pool", cluster.Pool, ProxmoxFormats.IsPool, ProxmoxFormats.PoolText);
        rules.That(cluster.VmidFrom is null || cluster.VmidTo is null || cluster.VmidFrom <= cluster.VmidTo, "vmid_to", "must not be below vmid_from");
    }

    /// <summary>Absent: as the identity's form says.</summary>
    public static ClusterAuth AuthOf(ClusterRequest cluster) => cluster.Auth ?? (IsToken(cluster.Identity!) ? ClusterAuth.Token : ClusterAuth.Password);

    /// <summary>
    /// An API token's id. As in Proxmox (PVE::Auth::Plugin) a user's name may have @ and ! in it: the realm begins at the last @, the
    /// token's name at the last !.
    /// </summary>
    public static bool IsToken(string identity) => TokenId().IsMatch(identity);

    private static void Identity(ClusterRequest cluster, Rules rules)
    {
        if (cluster.Identity is not { } identity)
        {
            return;
        }

        var isToken = IsToken(identity);
        rules.That(TextRules.IsLine(identity) && (isToken || UserId().IsMatch(identity)), "identity", "must be user@realm!token for an API token or user@realm for a password, for example multipanel@pve!panel");
        rules.That(cluster.Auth is null || cluster.Auth == ClusterAuth.Token == isToken, "identity", "must be user@realm!token where auth is token, and user@realm where it is password");
        rules.That(!isToken || Ascii.IsValid(identity), "identity", "must have ASCII characters alone: an API token is sent in an HTTP header");
    }

    private static void Secret(ClusterRequest cluster, Rules rules)
    {
        rules.That(cluster.Secret is not { Length: 0 }, "secret", "must not be empty");
        rules.That(cluster.Secret is not { Length: > 1024 }, "secret", "must be at most 1024 characters long");
        rules.Text("secret", cluster.Secret, TextRules.IsSecret, "must be one line: it has a line end or another control character in it");
        var isToken = cluster.Auth is { } auth ? auth == ClusterAuth.Token : cluster.Identity is { } identity && IsToken(identity);
        rules.That(!isToken || cluster.Secret is null || Ascii.IsValid(cluster.Secret), "secret", AsciiSecret);
    }

    [GeneratedRegex(@"\A[\p{L}\p{Nd}][\p{L}\p{Nd} ._\-]{0,62}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[^\s:/]{1,64}@[A-Za-z][A-Za-z0-9._\-]{1,31}\z")]
    private static partial Regex UserId();

    [GeneratedRegex(@"\A[^\s:/]{1,64}@[A-Za-z][A-Za-z0-9._\-]{1,31}![A-Za-z][A-Za-z0-9._\-]{1,62}\z")]
    private static partial Regex TokenId();
}
