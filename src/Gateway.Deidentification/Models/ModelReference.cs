namespace Gateway.Deidentification.Models;

/// <summary>The model that was asked, as it stands in records.</summary>
/// <param name="Id">Identifier of the manifest.</param>
/// <param name="Version">Version of the manifest.</param>
/// <param name="Sha256">SHA-256 of the model file, 32 bytes.</param>
/// <param name="ExecutionProvider">Execution provider that was actually bound, such as "CPU".</param>
/// <param name="Assessment">What was measured with it; none where its manifest says nothing.</param>
public sealed record ModelReference(string Id, string Version, ReadOnlyMemory<byte> Sha256, string ExecutionProvider, ModelAssessment? Assessment = null);
