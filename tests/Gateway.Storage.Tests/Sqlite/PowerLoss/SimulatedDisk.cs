using System.Security.Cryptography;

namespace Gateway.Storage.Tests.Sqlite.PowerLoss;

/// <summary>
/// The files of a store on a disk with a volatile cache: what was synced is there, of the rest any part may be, in any order, torn at
/// sector boundaries.
/// </summary>
internal sealed class SimulatedDisk
{
    private const int SectorBytes = 512;

    private readonly Dictionary<string, byte[]> durable = [];
    private readonly Dictionary<string, List<DiskEvent>> pending = [];

    public void Apply(DiskEvent happened)
    {
        switch (happened)
        {
            case Written written:
                Pending(written.File).Add(written);
                break;
            case Cut cut:
                Pending(cut.File).Add(cut);
                break;
            case Synced synced:
                durable[synced.File] = Pending(synced.File).Aggregate(Durable(synced.File), Do);
                Pending(synced.File).Clear();
                break;
        }
    }

    /// <summary>What is found after the power came back: each write that was not synced happened, happened in part, or did not.</summary>
    public Dictionary<string, byte[]> LosePower()
    {
        var found = new Dictionary<string, byte[]>();
        foreach (var file in durable.Keys.Union(pending.Keys))
        {
            found[file] = Pending(file).Where(_ => RandomNumberGenerator.GetInt32(2) == 0).Select(Tear).Aggregate(Durable(file), Do);
        }

        return found;
    }

    private static DiskEvent Tear(DiskEvent happened)
    {
        if (happened is not Written written || RandomNumberGenerator.GetInt32(4) != 0)
        {
            return happened;
        }

        var sectors = RandomNumberGenerator.GetInt32((written.Bytes.Length / SectorBytes) + 1);
        return written with { Bytes = written.Bytes[..(sectors * SectorBytes)] };
    }

    private static byte[] Do(byte[] content, DiskEvent happened)
    {
        switch (happened)
        {
            case Cut cut:
                Array.Resize(ref content, (int)cut.Length);
                return content;
            case Written { Bytes.Length: > 0 } written:
                var changed = new byte[Math.Max(content.Length, written.Offset + written.Bytes.Length)];
                content.CopyTo(changed, 0);
                written.Bytes.CopyTo(changed, written.Offset);
                return changed;
            default:
                return content;
        }
    }

    private byte[] Durable(string file) => durable.GetValueOrDefault(file) ?? [];

    private List<DiskEvent> Pending(string file)
    {
        if (!pending.TryGetValue(file, out var events))
        {
            pending[file] = events = [];
        }

        return events;
    }
}
