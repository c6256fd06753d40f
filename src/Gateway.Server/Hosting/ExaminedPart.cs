using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

/// <summary>What was found about one part of a node.</summary>
internal sealed record ExaminedPart(string Name, string Summary, IReadOnlyList<Finding> Findings);
