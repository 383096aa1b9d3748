using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Sqlite;

/// <summary>Reads single versions through a connection, and believes nothing whose checksum does not say so.</summary>
internal sealed class VersionReader(Connection connection, FaultState fault)
{
    private readonly Statement _select = connection.Prepare("SELECT checksums, key, value FROM versions WHERE id = ?1");

    /// <summary>A version that must be there.</summary>
    public StoredItem Load(byte[] key, in KeyVersion version) => Find(key, version) ?? throw fault.Raise(
        $"the version written at revision {version.Revision} is missing");

    /// <summary>A version, or null where there is no row of it.</summary>
    public StoredItem? Find(byte[] key, in KeyVersion version)
    {
        try
        {
            _select.Bind(1, version.Id.Packed);
            if (!_select.Step()) return null;
            try
            {
                var value = _select.Bytes(2);
                var isWhole = _select.Bytes(1).SequenceEqual(key) && _select.IsNull(2) == version.IsDeletion
                    && RowChecksum.Matches(_select.Integer(0), version, key, value);
                if (!isWhole) throw fault.Raise($"the version written at revision {version.Revision} fails its checksum");
                return version.ToItem(key, value.ToArray());
            }
            finally
            {
                _select.Reset();
            }
        }
        catch (SqliteFailure failure)
        {
            throw fault.Translate(failure);
        }
    }
}
