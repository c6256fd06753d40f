using Gateway.Contracts.Exchange.V1;
using Google.Protobuf;

namespace Gateway.Exchange.Ledgers;

/// <summary>Points of a ledger as they stand in a statement.</summary>
internal static class LedgerMarks
{
    public static IReadOnlyList<LedgerPoint> Read(LedgerState state) =>
        [.. state.Marks.Select(mark => new LedgerPoint((long)mark.Position, mark.Digest.Memory))];

    public static LedgerState Write(IReadOnlyList<LedgerPoint> points) =>
        new() { Marks = { points.Select(point => new LedgerMark { Position = (ulong)point.Position, Digest = ByteString.CopyFrom(point.Digest.Span) }) } };
}
