using System.Security.Authentication;

namespace MultiPanel.Gateway.Tls;

/// <summary>Carries the reason out of the TLS handshake.</summary>
internal sealed class CertificateRefusedException(string code, string message) : AuthenticationException(message)
{
    /// <summary>The certificate is not one of those pinned.</summary>
    public const string Changed = "main_panel_certificate_changed";

    /// <summary>No authority that is trusted vouches for it, or not for this name or day.</summary>
    public const string Untrusted = "main_panel_certificate_untrusted";

    public string Code => code;
}
