using System.Runtime.CompilerServices;
using Gateway.Sealing.Keys;

namespace Gateway.Exchange.Evidence;

/// <summary>Which evidence is asked for. What is not selected between the first and the last event is shown as a digest only.</summary>
/// <param name="FromPosition">First position that may be shown, from 1.</param>
/// <param name="From">Events before this time are left out at the beginning.</param>
/// <param name="To">Events after this time are left out at the end.</param>
/// <param name="AgreementId">Only events of this agreement are shown; empty for all.</param>
public sealed record EvidenceSelection(long FromPosition, DateTimeOffset From, DateTimeOffset To, string AgreementId)
{
    /// <summary>Everything.</summary>
    public static EvidenceSelection All { get; } = new(1, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, "");
}

/// <summary>One part of an export: an event that is shown, one that is left out, or the signed checkpoint at the end.</summary>
/// <param name="Shown">The event, when it is shown.</param>
/// <param name="Omitted">Position and digest of an event that is left out.</param>
/// <param name="Checkpoint">The signed checkpoint, CMS, DER; the last part.</param>
public sealed record EvidencePart(ChainedEvidence? Shown, (long Position, byte[] Digest)? Omitted, byte[]? Checkpoint);

/// <summary>
/// Hands evidence out so that a third party can check it without this node: an unbroken stretch of the chain and a signature over its
/// end. Events of other agreements in the stretch are digests that tell nothing, and still nothing can be missing.
/// </summary>
public sealed class EvidenceExport(IEvidenceStore store, SigningKey signing, TimeProvider time)
{
    private const int Page = 1000;

    /// <summary>The parts of an export, in order.</summary>
    public async IAsyncEnumerable<EvidencePart> ReadAsync(EvidenceSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ChainedEvidence? first = null;
        ChainedEvidence? last = null;
        await foreach (var chained in StretchAsync(selection, cancellationToken))
        {
            first ??= chained;
            last = chained;
            yield return ToPart(chained, selection);
        }

        yield return new EvidencePart(null, null, Sign(first, last));
    }

    private static EvidencePart ToPart(ChainedEvidence chained, EvidenceSelection selection) =>
        selection.AgreementId.Length == 0 || chained.Event.AgreementId == selection.AgreementId
            ? new EvidencePart(chained, null, null)
            : new EvidencePart(null, (chained.Position, EvidenceChain.Digest(EvidenceLine.Write(chained.Position, chained.Salt.Span, chained.Event))), null);

    private byte[] Sign(ChainedEvidence? first, ChainedEvidence? last) => new EvidenceCheckpoint(
        signing.Owner,
        time.GetUtcNow(),
        first?.Position ?? 1,
        first?.PreviousHash ?? EvidenceChain.Genesis,
        last?.Position ?? 0,
        last?.Hash ?? EvidenceChain.Genesis).Sign(signing);

    // From the first event not before the beginning to the first after the end. Clocks are set back now and then: in between, time does not
    // decide, or the chain would have holes.
    private async IAsyncEnumerable<ChainedEvidence> StretchAsync(EvidenceSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = Math.Max(1, selection.FromPosition);
        var begun = false;
        IReadOnlyList<ChainedEvidence> page;
        do
        {
            page = await store.ReadAsync(from, Page, cancellationToken);
            foreach (var chained in page)
            {
                begun |= chained.Event.At >= selection.From;
                if (begun && chained.Event.At > selection.To)
                {
                    yield break;
                }

                if (begun)
                {
                    yield return chained;
                }
            }

            from += page.Count;
        }
        while (page.Count == Page);
    }
}
