namespace MultiPanel.Api.Http;

/// <summary>Why a bearer token was refused, where that tells an attacker nothing.</summary>
/// <param name="Why">A sentence.</param>
internal sealed record TokenRefusal(string Why);
