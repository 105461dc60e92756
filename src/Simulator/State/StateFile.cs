using System.Text.Json;

namespace MultiPanel.Simulator.State;

/// <summary>A cluster's state on disk. It is replaced as a whole, so a kill at any moment leaves the last complete one.</summary>
internal sealed class StateFile(string path)
{
    public async Task<ClusterState?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        await using var stream = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<ClusterState>(stream, cancellationToken: cancellationToken);
    }

    public async Task WriteAsync(byte[] state, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // the certificate's key and passwords are in it
        }

        await using (var stream = new FileStream(temporary, options))
        {
            await stream.WriteAsync(state, cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
