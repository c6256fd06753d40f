using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Tests.Nodes;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Simulation;

/// <summary>One mapping that a backend shares, with one key however often it asks.</summary>
internal sealed class Submission(SimulatedNode from, SimulatedNode to, BindIdentityRequest binding, ByteString idempotencyKey)
{
    private readonly List<ByteString> _wrongPseudonyms = [];
    private ReadOnlyMemory<byte> _bindingId;

    public SimulatedNode From => from;

    public SimulatedNode To => to;

    public string AgreementId => AgreementOf(from.Name, to.Name);

    /// <summary>What the node answered; null until it did.</summary>
    public ShareMappingResponse? Acknowledged { get; private set; }

    /// <summary>Pseudonyms it had before it was corrected.</summary>
    public IReadOnlyList<ByteString> WrongPseudonyms => _wrongPseudonyms;

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
        await ShareAsync();
        return true;
    }

    /// <summary>Asks to correct it, and then for the pseudonym it has now.</summary>
    public async Task<bool> CorrectAsync(CorrectIdentityRequest correction)
    {
        correction.BindingIds.Clear();
        correction.BindingIds.Add(ByteString.CopyFrom(_bindingId.Span));
        var corrected = await from.Correction.CorrectAsync(correction, default);
        if (corrected.Value is not { MappingsCorrected: 1, MappingsRecalled: 0 })
        {
            throw new InvalidOperationException($"a correction ended with {corrected.Outcome}: {corrected.Value}");
        }

        var before = Acknowledged!.Pseudonym;
        await ShareAsync();
        _wrongPseudonyms.Add(before);
        return true;
    }

    private async Task ShareAsync()
    {
        var sharing = Some.Sharing(_bindingId, agreement: AgreementId);
        sharing.IdempotencyKey = idempotencyKey;
        var shared = await from.Mappings.ShareAsync(sharing, default);
        if (shared.Outcome != MappingOutcome.Done)
        {
            throw new InvalidOperationException($"a share ended with {shared.Outcome}");
        }

        Acknowledged = shared.Value;
    }

    public async Task<bool> EraseAsync()
    {
        var erased = await from.Erasure.EraseAsync(_bindingId, default);

        // Asked twice, the binding is gone already.
        return erased.Outcome is MappingOutcome.Done or MappingOutcome.MappingNotFound;
    }

    /// <summary>True when bytes hold what only the two ends may know.</summary>
    public bool IsIn(ReadOnlySpan<byte> bytes) => Acknowledged is { } known && (bytes.IndexOf(known.Pseudonym.Span) >= 0 || HasWrong(bytes));

    private bool HasWrong(ReadOnlySpan<byte> bytes)
    {
        foreach (var pseudonym in _wrongPseudonyms)
        {
            if (bytes.IndexOf(pseudonym.Span) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
