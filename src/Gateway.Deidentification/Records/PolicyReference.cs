namespace Gateway.Deidentification.Records;

/// <summary>The policy that was in force, by name and version.</summary>
/// <param name="Id">Policy identifier, 1 to 64 characters.</param>
/// <param name="Version">Version, counting up from 1.</param>
public sealed record PolicyReference(string Id, int Version);
