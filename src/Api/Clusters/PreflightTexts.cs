using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Api.Clusters;

/// <summary>Why an endpoint cannot be used, in plain words.</summary>
internal static class PreflightTexts
{
    public static string Explain(string endpoint, PveException failure) => failure switch
    {
        PveUnreachableException { TlsRefused: true } =>
            $"{endpoint}: {failure.Text} If it is the right one, put its fingerprint into 'fingerprint'; "
            + "Proxmox shows it on the node under System, Certificates.",
        PveUnreachableException => $"{endpoint} cannot be reached: {failure.Text} Is the address right, and does a firewall let port 8006 through?",
        PveTimeoutException => $"{endpoint} did not answer in time: {failure.Text}",
        PveAuthenticationException => $"{endpoint} refused the identity or its secret: {failure.Text}",
        PvePermissionException => $"{endpoint}: the identity lacks a privilege: {failure.Text}",
        _ => $"{endpoint} answered: {failure.Text}",
    };
}
