using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Tests.Nodes;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Simulation;

/// <summary>One mapping that a backend shares, with one key however often it asks.</summary>
internal sealed class Submission(SimulatedNode from, SimulatedNode to, BindIdentityRequest binding, ByteString idempotencyKey)
{
    private ReadOnlyMemory<byte> _bindingId;

    public SimulatedNode From => from;

    public SimulatedNode To => to;

    public string AgreementId => AgreementOf(from.Name, to.Name);

    /// <summary>What the node answered; null until it did.</summary>
    public ShareMappingResponse? Acknowledged { get; private set; }

    /// <summary>The backend asked to erase it.</summary>
    public bool IsErased { get; set; }

    public static string AgreementOf(string one, string other) => string.CompareOrdinal(one, other) < 0 ? $"{one}-{other}" : $"{other}-{one}";

    public async Task<bool> SubmitAsync()
    {
        var bound = await from.Mappings.BindAsync(binding, default);
        if (bound.Outcome != MappingOutcome.Done)
        {
            throw new InvalidOperationException($"a binding ended with {bound.Outcome}");
        }

        _bindingId = bound.Value!.BindingId;
        var sharing = Some.Sharing(_bindingId, agreement: AgreementId);
        sharing.IdempotencyKey = idempotencyKey;
        var shared = await from.Mappings.ShareAsync(sharing, default);
        if (shared.Outcome != MappingOutcome.Done)
        {
            throw new InvalidOperationException($"a share ended with {shared.Outcome}");
        }

        Acknowledged = shared.Value;
        return true;
    }

    public async Task<bool> EraseAsync()
    {
        var erased = await from.Erasure.EraseAsync(_bindingId, default);

        // Asked twice, the binding is gone already.
        return erased.Outcome is MappingOutcome.Done or MappingOutcome.MappingNotFound;
    }

    /// <summary>True when bytes hold what only the two ends may know.</summary>
    public bool IsIn(ReadOnlySpan<byte> bytes) => Acknowledged is { } known && bytes.IndexOf(known.Pseudonym.Span) >= 0;
}
