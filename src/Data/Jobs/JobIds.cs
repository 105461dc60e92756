namespace MultiPanel.Data.Jobs;

/// <summary>Jobs' ids are UUIDs of version 7 (RFC 9562, 5.7): their first 48 bits are the time of the accept in Unix milliseconds.</summary>
public static class JobIds
{
    /// <summary>No job's id is higher.</summary>
    public static readonly Guid Last = Guid.AllBitsSet;

    /// <returns>The lowest id that a job can have which was accepted in that millisecond: a bound for a range of ids.</returns>
    public static Guid From(DateTime accepted)
    {
        var time = Math.Max(0, new DateTimeOffset(accepted).ToUnixTimeMilliseconds());
        return new Guid((int)(time >> 16), (short)(time & 0xFFFF), 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0);
    }
}
