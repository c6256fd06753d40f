using Gateway.Exchange.Evidence;

namespace Gateway.Server.Commands;

/// <summary>Checks the proof of one mapping.</summary>
internal static class MappingProofReport
{
    public static void Run(MappingProof proof, VerifySubject subject, VerifyReport report)
    {
        var result = MappingProofCheck.Run(proof, subject.Anchors, subject.Now);
        switch (result.Outcome)
        {
            case MappingProofOutcome.Proved:
                Describe(proof, result, report);
                break;
            case MappingProofOutcome.Malformed:
                report.Fails("a part of the proof is not what it says it is");
                break;
            case MappingProofOutcome.NotSigned:
                report.Fails($"the signature of the sender does not hold: {result.Verify} (certificate: {result.Certificate})");
                break;
            case MappingProofOutcome.OtherCount:
                report.Fails("the message that was signed has another number of mappings");
                break;
            case MappingProofOutcome.NotIncluded:
                report.Fails($"the mapping is not number {proof.Index} under the Merkle root that was signed");
                break;
            default:
                report.Fails("what was signed is no mapping, or one of another agreement, purpose or pair of parties than its message");
                break;
        }
    }

    private static void Describe(MappingProof proof, MappingProofResult result, VerifyReport report)
    {
        var context = result.Message!.Context!;
        var mapping = result.Mapping!;
        report.Holds($"the message was signed by {result.Message.Signer.Owner} at {result.Message.SigningTime:u}");
        report.Notes($"for {context.Recipient}, agreement {context.AgreementId} revision {context.AgreementRevision}, purpose {context.Purpose}, message {context.Sequence} of its channel");
        report.Holds($"the mapping is number {proof.Index} of the {context.Count} under the Merkle root that was signed");
        report.Holds("its agreement, purpose, issuer and recipient are those of the message");
        report.Notes($"mapping {Convert.ToHexStringLower(mapping.MappingId.Span)} version {mapping.Version}, {mapping.State}, to be destroyed after {DateTimeOffset.FromUnixTimeSeconds(mapping.NotAfterS):u}");
        report.Notes("the file shows the mapping itself; of the others in the message it shows salted hashes, from which nothing can be guessed");
    }
}
