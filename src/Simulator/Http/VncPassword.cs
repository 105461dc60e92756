using System.Security.Cryptography;
using System.Text;

namespace MultiPanel.Simulator.Http;

/// <summary>VNC authentication: DES with the password's first eight characters, each byte's bits reversed (RFC 6143, 7.2.2).</summary>
internal static class VncPassword
{
    public static byte[] Encrypt(string password, byte[] challenge)
    {
        var key = new byte[8];
        Encoding.ASCII.GetBytes(password.AsSpan(0, Math.Min(8, password.Length)), key);
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = Reverse(key[i]);
        }

#pragma warning disable CA5351 // RFB prescribes DES
        using var des = DES.Create();
#pragma warning restore CA5351
        des.Key = key;
        return des.EncryptEcb(challenge, PaddingMode.None);
    }

    private static byte Reverse(byte value)
    {
        var reversed = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            reversed |= ((value >> bit) & 1) << (7 - bit);
        }

        return (byte)reversed;
    }
}
