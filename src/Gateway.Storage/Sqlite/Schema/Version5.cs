namespace Gateway.Storage.Sqlite.Schema;

/// <summary>Failed relays are found without reading all other evidence, of which there is a thousand times as much.</summary>
internal static class Version5
{
    public const string Sql = "CREATE INDEX evidence_relay_failure ON evidence (position) WHERE name = 'RelayFailure';";
}
