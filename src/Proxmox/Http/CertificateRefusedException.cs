using System.Security.Authentication;

namespace MultiPanel.Proxmox.Http;

/// <summary>Carries the reason out of the TLS handshake.</summary>
internal sealed class CertificateRefusedException(string message) : AuthenticationException(message);
