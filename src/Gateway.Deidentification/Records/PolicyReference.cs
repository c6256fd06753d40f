namespace Gateway.Deidentification.Records;

/// <summary>The policy that was in force, by name and version, and whom it releases outputs to.</summary>
/// <param name="Id">Policy identifier, 1 to 64 characters.</param>
/// <param name="Version">Version, counting up from 1.</param>
/// <param name="Release">Who may get the output.</param>
public sealed record PolicyReference(string Id, int Version, ReleaseModel Release = ReleaseModel.NonPublic);
