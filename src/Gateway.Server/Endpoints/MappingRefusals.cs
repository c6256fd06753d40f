using Gateway.Exchange.Mappings;
using Grpc.Core;

namespace Gateway.Server.Endpoints;

/// <summary>What a mapping backend reads when its request is refused.</summary>
internal static class MappingRefusals
{
    public static RpcException Of(MappingOutcome outcome) => outcome switch
    {
        MappingOutcome.FieldInvalid => Refusal.Invalid("FIELD_INVALID", "a field is missing or out of its bounds; the interface description names them"),
        MappingOutcome.HandleAlreadyBound => Refusal.Of(StatusCode.AlreadyExists, "HANDLE_ALREADY_BOUND", "the handle is bound to somebody else or was erased; handles are used once"),
        MappingOutcome.MappingNotFound => Refusal.Of(StatusCode.NotFound, "MAPPING_NOT_FOUND", "there is nothing this backend may see under this key"),
        MappingOutcome.AgreementNotInForce => Refusal.NotReady("AGREEMENT_NOT_IN_FORCE", "no agreement in force has this identifier; sign or renew it with the peer"),
        MappingOutcome.PurposeNotAgreed => Refusal.NotReady("PURPOSE_NOT_AGREED", "the agreement does not name this purpose"),
        MappingOutcome.ClauseBroken => Refusal.NotReady("OUTSIDE_AGREEMENT", "a clause of the agreement forbids this mapping: its fields, its pseudonym type, how long it would be kept, or the mappings agreed for a day are used up: try again tomorrow or agree on more"),
        MappingOutcome.ConsentExpired => Refusal.NotReady("CONSENT_EXPIRED", "the consent this mapping rests on is over"),
        MappingOutcome.IdempotencyConflict => Refusal.Of(StatusCode.AlreadyExists, "IDEMPOTENCY_CONFLICT", "the idempotency key was used for another request; draw a new one"),
        MappingOutcome.OutboxFull => Refusal.Busy("OUTBOX_FULL", "too many mappings wait for receipts; try again when peers are back"),
        MappingOutcome.NotAMerge => Refusal.NotReady("NOT_A_MERGE", "after a merge one reference is left: name all bindings of the one that is given up, and one that another binding has"),
        MappingOutcome.NotASplit => Refusal.NotReady("NOT_A_SPLIT", "after a split two references are left: name bindings that have one reference now, and not all of them"),
        MappingOutcome.TooManyMappings => Refusal.Busy("TOO_MANY_MAPPINGS", "more than 10,000 mappings were shared of these bindings; correct fewer bindings at once, or erase them and bind new handles"),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static RpcException StoreUnavailable() =>
        Refusal.Of(StatusCode.Unavailable, "STORE_UNAVAILABLE", "the node keeps nothing at the moment; nothing was kept of this request, try again");
}
