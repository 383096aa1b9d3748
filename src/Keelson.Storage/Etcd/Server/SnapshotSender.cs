using System.IO.Pipelines;
using System.Security.Cryptography;
using Google.Protobuf;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Bolt;
using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>Sends a snapshot as etcd would: its database file in pieces, and last the file's SHA-256.</summary>
internal sealed class SnapshotSender(ApiContext context)
{
    private const int PieceBytes = 64 * 1024;

    private static int s_sent;

    public async Task SendAsync(RpcServerCall<SnapshotRequest, SnapshotResponse> call)
    {
        if (await call.ReadAsync().ConfigureAwait(false) is null) return;
        var header = await context.HeaderAsync(call.Cancel).ConfigureAwait(false);

        // Its size must be known before the first piece, so it is written to disk first; it goes away by itself.
        Directory.CreateDirectory(context.Options.SnapshotFolder);
        var path = Path.Combine(context.Options.SnapshotFolder, $"snapshot-{Environment.ProcessId}-{Interlocked.Increment(ref s_sent)}.tmp");
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        var file = new FileStream(path, options);
        await using (file.ConfigureAwait(false))
        {
            await WriteAsync(file, call.Cancel).ConfigureAwait(false);
            await SendAsync(call, header, file).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(Stream file, CancellationToken cancel)
    {
        var pipe = new Pipe();
        var taking = TakeAsync(pipe.Writer, cancel);
        try
        {
            await EtcdSnapshot.WriteAsync(pipe.Reader.AsStream(), file, cancel).ConfigureAwait(false);
        }
        finally
        {
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await taking.ConfigureAwait(false);
        }
    }

    // Never fails: the reader of the pipe gets the failure.
    private async Task TakeAsync(PipeWriter pipe, CancellationToken cancel)
    {
        Exception? failure = null;
        try
        {
            using var snapshot = pipe.AsStream(leaveOpen: true);
            await context.Store.SnapshotAsync(snapshot, cancel).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
        }

        await pipe.CompleteAsync(failure).ConfigureAwait(false);
    }

    private static async Task SendAsync(RpcServerCall<SnapshotRequest, SnapshotResponse> call, ResponseHeader header, FileStream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var left = file.Length;
        file.Position = 0;
        while (left > 0)
        {
            var piece = new byte[Math.Min(left, PieceBytes)];
            await file.ReadExactlyAsync(piece, call.Cancel).ConfigureAwait(false);
            hash.AppendData(piece);
            left -= piece.Length;
            await call.WriteAsync(new() { Header = header, RemainingBytes = (ulong)left, Blob = UnsafeByteOperations.UnsafeWrap(piece) }).ConfigureAwait(false);
        }

        await call.WriteAsync(new() { Header = header, Blob = ByteString.CopyFrom(hash.GetHashAndReset()) }).ConfigureAwait(false);
    }
}
