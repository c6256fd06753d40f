namespace Gateway.Storage.Tests.Sqlite.PowerLoss;

/// <summary>What a traced process did that matters when the power goes.</summary>
internal abstract record DiskEvent;

/// <summary>Bytes handed to the kernel, not yet on the disk.</summary>
internal sealed record Written(string File, long Offset, byte[] Bytes) : DiskEvent;

/// <summary>A new length, not yet on the disk.</summary>
internal sealed record Cut(string File, long Length) : DiskEvent;

/// <summary>The kernel said that everything before is on the disk.</summary>
internal sealed record Synced(string File) : DiskEvent;

/// <summary>Bytes the process wrote into a pipe; its output is among them.</summary>
internal sealed record Shown(string Text) : DiskEvent;
