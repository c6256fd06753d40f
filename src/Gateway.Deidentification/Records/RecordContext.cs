namespace Gateway.Deidentification.Records;

/// <summary>What all records of a node have in common.</summary>
/// <param name="Provider">Telecommunication service provider that runs the node.</param>
/// <param name="Policy">Policy in force.</param>
/// <param name="SourceDigest">Keyed digest of sources.</param>
public sealed record RecordContext(string Provider, PolicyReference Policy, SourceDigest SourceDigest);
