using System.Security.Authentication;

namespace MultiPanel.Proxmox;

/// <summary>Carries the reason out of the TLS handshake.</summary>
internal sealed class CertificateRefusedException(string message) : AuthenticationException(message);
