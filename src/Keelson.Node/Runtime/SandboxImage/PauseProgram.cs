using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Keelson.Node.Runtime.SandboxImage;

/// <summary>The program of the sandbox container, assembled here: it waits, reaps, and ends when asked to.</summary>
/// <remarks>
/// It blocks SIGINT, SIGTERM and SIGCHLD and takes them one by one: a blocked signal waits even for the first
/// process of a namespace, for which the kernel ignores unhandled ones. It needs no library, no memory and no file.
/// </remarks>
internal static class PauseProgram
{
    private const ulong LoadAddress = 0x400000;
    private const int HeaderBytes = 64;
    private const int SegmentBytes = 56;
    private const int CodeOffset = HeaderBytes + (2 * SegmentBytes);

    // SIGINT is 2, SIGTERM 15, SIGCHLD 17; a set has bit n-1 for signal n.
    private const int WaitedSignals = (1 << 1) | (1 << 14) | (1 << 16);

    /// <summary>The executable for x86-64 or 64-bit ARM.</summary>
    public static byte[] Build(Architecture architecture) => architecture switch
    {
        Architecture.X64 => Executable(machine: 62, CodeForX64()),
        Architecture.Arm64 => Executable(machine: 183, CodeForArm64()),
        _ => throw new PlatformNotSupportedException($"There is no sandbox image for {architecture}; it exists for X64 and Arm64."),
    };

    private static byte[] Executable(ushort machine, byte[] code)
    {
        var file = new byte[CodeOffset + code.Length];
        var header = file.AsSpan(0, HeaderBytes);
        // 64 bits, little-endian, version 1, any Unix.
        ReadOnlySpan<byte> identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0];
        identity.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], 2); // executable
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], machine);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1); // version
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], LoadAddress + CodeOffset); // entry
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], HeaderBytes); // where the segments are
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], HeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], SegmentBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 2); // segments
        BinaryPrimitives.WriteUInt16LittleEndian(header[58..], 64); // size of a section header, of which there are none

        // The whole file, readable and executable; pages of 64 KiB exist on ARM.
        WriteSegment(file.AsSpan(HeaderBytes), kind: 1, flags: 5, LoadAddress, (ulong)file.Length, alignment: 0x10000);
        // The stack: readable and writable, never executable.
        WriteSegment(file.AsSpan(HeaderBytes + SegmentBytes), kind: 0x6474E551, flags: 6, address: 0, size: 0, alignment: 16);
        code.CopyTo(file.AsSpan(CodeOffset));
        return file;
    }

    private static void WriteSegment(Span<byte> segment, uint kind, uint flags, ulong address, ulong size, ulong alignment)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(segment, kind);
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], flags);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], size);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], size);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], alignment);
    }

    private static byte[] CodeForX64()
    {
        var code = new List<byte>();
        code.Add(0x68); // push the set, so that the stack points to it
        code.AddRange(BitConverter.GetBytes(WaitedSignals));
        code.AddRange([0x31, 0xFF]); // how = SIG_BLOCK
        code.AddRange([0x48, 0x89, 0xE6]); // set
        code.AddRange([0x31, 0xD2]); // old set: none
        AddX64SetSize(code);
        AddX64Call(code, 14); // rt_sigprocmask

        var reap = code.Count;
        code.AddRange([0x48, 0x83, 0xCF, 0xFF]); // any child
        code.AddRange([0x31, 0xF6]); // its status: not wanted
        code.AddRange([0xBA, 1, 0, 0, 0]); // WNOHANG
        code.AddRange([0x45, 0x31, 0xD2]); // its usage: not wanted
        AddX64Call(code, 61); // wait4
        code.AddRange([0x85, 0xC0]); // was there one?
        AddX64Jump(code, 0x7F, reap); // then look for another

        var wait = code.Count;
        code.AddRange([0x48, 0x89, 0xE7]); // set
        code.AddRange([0x31, 0xF6]); // details: not wanted
        code.AddRange([0x31, 0xD2]); // no time limit
        AddX64SetSize(code);
        AddX64Call(code, 128); // rt_sigtimedwait
        code.AddRange([0x83, 0xF8, 17]); // SIGCHLD?
        AddX64Jump(code, 0x74, reap);
        code.AddRange([0x85, 0xC0]); // disturbed?
        AddX64Jump(code, 0x78, wait);

        code.AddRange([0x31, 0xFF]); // 0
        AddX64Call(code, 231); // exit_group
        return [.. code];
    }

    private static void AddX64SetSize(List<byte> code) => code.AddRange([0x41, 0xBA, 8, 0, 0, 0]);

    private static void AddX64Call(List<byte> code, byte number) => code.AddRange([0xB8, number, 0, 0, 0, 0x0F, 0x05]);

    private static void AddX64Jump(List<byte> code, byte condition, int target)
    {
        code.Add(condition);
        code.Add((byte)(sbyte)(target - code.Count - 1));
    }

    private static byte[] CodeForArm64()
    {
        var code = new List<uint>
        {
            Arm64Move(9, WaitedSignals & 0xFFFF),
            0xF2A00009 | (WaitedSignals >> 16 << 5), // the upper half of the set
            0xF81F0FE9, // push it
            Arm64Move(0, 0), // how = SIG_BLOCK
            Arm64MoveStackPointer(1), // set
            Arm64Move(2, 0), // old set: none
            Arm64Move(3, 8), // its size
        };
        AddArm64Call(code, 135); // rt_sigprocmask

        var reap = code.Count;
        code.Add(0x92800000); // any child
        code.Add(Arm64Move(1, 0)); // its status: not wanted
        code.Add(Arm64Move(2, 1)); // WNOHANG
        code.Add(Arm64Move(3, 0)); // its usage: not wanted
        AddArm64Call(code, 260); // wait4
        code.Add(Arm64Compare(0)); // was there one?
        AddArm64Jump(code, condition: 12, reap); // then look for another

        var wait = code.Count;
        code.Add(Arm64MoveStackPointer(0)); // set
        code.Add(Arm64Move(1, 0)); // details: not wanted
        code.Add(Arm64Move(2, 0)); // no time limit
        code.Add(Arm64Move(3, 8)); // the set's size
        AddArm64Call(code, 137); // rt_sigtimedwait
        code.Add(Arm64Compare(17)); // SIGCHLD?
        AddArm64Jump(code, condition: 0, reap);
        code.Add(Arm64Compare(0)); // disturbed?
        AddArm64Jump(code, condition: 11, wait);

        code.Add(Arm64Move(0, 0));
        AddArm64Call(code, 94); // exit_group

        var bytes = new byte[code.Count * 4];
        for (var index = 0; index < code.Count; index++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(index * 4), code[index]);
        return bytes;
    }

    private static uint Arm64Move(uint register, uint value) => 0xD2800000 | (value << 5) | register;

    private static uint Arm64MoveStackPointer(uint register) => 0x910003E0 | register;

    private static uint Arm64Compare(uint value) => 0xF100001F | (value << 10);

    private static void AddArm64Call(List<uint> code, uint number)
    {
        code.Add(Arm64Move(8, number));
        code.Add(0xD4000001);
    }

    private static void AddArm64Jump(List<uint> code, uint condition, int target) =>
        code.Add(0x54000000 | ((uint)((target - code.Count) & 0x7FFFF) << 5) | condition);
}
