namespace Keelson.Storage.Sqlite;

/// <summary>One reading connection with its statements.</summary>
internal sealed class ReadSession : IDisposable
{
    private readonly Connection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _first;
    private readonly FaultState _fault;

    public ReadSession(Connection connection, FaultState fault)
    {
        _connection = connection;
        _fault = fault;
        _begin = connection.Prepare("BEGIN");
        _commit = connection.Prepare("COMMIT");
        _first = connection.Prepare("SELECT 1 FROM versions LIMIT 1");
        Versions = new VersionReader(connection, fault);
        History = connection.Prepare("SELECT id, checksums, created, version, lease, key, value FROM versions WHERE id >= ?1 AND id <= ?2 ORDER BY id");
    }

    public VersionReader Versions { get; }

    public Statement History { get; }

    /// <summary>From here until the end every read sees one moment of the database.</summary>
    public void Begin()
    {
        try
        {
            _begin.Run();
            _first.Step();
            _first.Reset();
        }
        catch (SqliteFailure failure)
        {
            throw _fault.Translate(failure);
        }
    }

    /// <summary>Ends what was begun; false where the connection is of no more use.</summary>
    public bool TryEnd()
    {
        try
        {
            if (_connection.IsInTransaction) _commit.Run();
            return true;
        }
        catch (SqliteFailure)
        {
            Dispose();
            return false;
        }
    }

    public long QueryInteger(string sql) => _connection.QueryInteger(sql);

    public void Dispose() => _connection.Dispose();
}
