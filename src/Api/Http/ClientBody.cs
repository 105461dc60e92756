namespace MultiPanel.Api.Http;

/// <summary>
/// A request's body whose faults are the caller's: Kestrel throws the same IOException for chunks that are not well-formed and for a
/// connection that was reset as a full disk of ours does, and that would be a 500 and an error in the log.
/// </summary>
internal sealed class ClientBody(HttpContext context, Stream body) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            throw fault is Microsoft.AspNetCore.Connections.ConnectionResetException || context.RequestAborted.IsCancellationRequested
                ? new ClientLeftException(fault)
                : new BadHttpRequestException("The body could not be read.", StatusCodes.Status400BadRequest, fault);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>The connection was reset while the body was read.</summary>
internal sealed class ClientLeftException(Exception reset) : Exception(reset.Message, reset);
