using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Http;

/// <summary>A minimal RFB 3.8 server (RFC 6143): VNC authentication, and one still picture.</summary>
internal sealed class RfbScreen(WebSocket socket, OpenConsole console)
{
    private const int Width = 640;
    private const int Height = 400;

    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        await SendAsync("RFB 003.008\n"u8.ToArray(), cancellationToken);
        await ReadAsync(12, cancellationToken);
        await SendAsync([1, 2], cancellationToken); // one security type: VNC authentication
        await ReadAsync(1, cancellationToken);
        var challenge = new byte[16];
        Random.Shared.NextBytes(challenge);
        await SendAsync(challenge, cancellationToken);
        var response = await ReadAsync(16, cancellationToken);
        if (!VncPassword.Encrypt(console.Password, challenge).AsSpan().SequenceEqual(response))
        {
            await SendAsync([0, 0, 0, 1, 0, 0, 0, 22, .. "Authentication failed."u8], cancellationToken);
            return;
        }

        await SendAsync([0, 0, 0, 0], cancellationToken);
        await ReadAsync(1, cancellationToken);
        await SendAsync(ServerInit(), cancellationToken);
        await AnswerAsync(cancellationToken);
    }

    private static byte[] ServerInit()
    {
        var name = Encoding.ASCII.GetBytes("QEMU");
        var message = new byte[24 + name.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message, Width);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Height);

        // 32 bits a pixel, depth 24, little endian, true colour, 8 bits each at shifts 16, 8, 0
        new byte[] { 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0 }.CopyTo(message, 4);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(20), name.Length);
        name.CopyTo(message, 24);
        return message;
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        var bytesPerPixel = 4;
        while (true)
        {
            switch ((await ReadAsync(1, cancellationToken))[0])
            {
                case 0: // SetPixelFormat
                    bytesPerPixel = (await ReadAsync(19, cancellationToken))[3] / 8;
                    break;
                case 2: // SetEncodings
                    var count = BinaryPrimitives.ReadUInt16BigEndian((await ReadAsync(3, cancellationToken)).AsSpan(1));
                    await ReadAsync(count * 4, cancellationToken);
                    break;
                case 3: // FramebufferUpdateRequest: the picture stands still, so only a full request is answered
                    if ((await ReadAsync(9, cancellationToken))[0] == 0)
                    {
                        await SendAsync(Picture(bytesPerPixel), cancellationToken);
                    }

                    break;
                case 4: // KeyEvent
                    await ReadAsync(7, cancellationToken);
                    break;
                case 5: // PointerEvent
                    await ReadAsync(5, cancellationToken);
                    break;
                case 6: // ClientCutText
                    var length = BinaryPrimitives.ReadInt32BigEndian((await ReadAsync(7, cancellationToken)).AsSpan(3));
                    await ReadAsync(length, cancellationToken);
                    break;
                default:
                    return;
            }
        }
    }

    /// <summary>One raw rectangle, a blue gradient.</summary>
    private static byte[] Picture(int bytesPerPixel)
    {
        var message = new byte[16 + (Width * Height * bytesPerPixel)];
        message[3] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), Width);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), Height);
        for (var row = 0; row < Height; row++)
        {
            for (var column = 0; column < Width; column++)
            {
                message[16 + (((row * Width) + column) * bytesPerPixel)] = (byte)(64 + (row * 160 / Height));
            }
        }

        return message;
    }

    private Task SendAsync(byte[] data, CancellationToken cancellationToken) => socket.SendAsync(data, WebSocketMessageType.Binary, true, cancellationToken);

    private async Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
    {
        var data = new byte[count];
        for (var read = 0; read < count;)
        {
            if (_start == _end)
            {
                var received = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
                }

                (_start, _end) = (0, received.Count);
            }

            var chunk = Math.Min(count - read, _end - _start);
            _buffer.AsSpan(_start, chunk).CopyTo(data.AsSpan(read));
            _start += chunk;
            read += chunk;
        }

        return data;
    }
}
