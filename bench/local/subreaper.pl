#!/usr/bin/perl
# Runs a command and writes what it and everything it started cost:
#   perl subreaper.pl RESULT.json SECONDS COMMAND ARG…
# It is the reaper of all orphans below it (PR_SET_CHILD_SUBREAPER), so the processor time of processes whose parent
# died, as a browser's often does, still arrives here when they are waited for. Perl, because Node cannot wait for
# processes that it did not start, and Debian always has Perl.
use strict;
use warnings;
use Time::HiRes qw(time);

my ($result, $seconds, @command) = @ARGV;
my $prctl = { x86_64 => 157, aarch64 => 167 }->{ (POSIX::uname())[4] } if require POSIX;
defined $prctl && syscall($prctl, 36, 1, 0, 0, 0) == 0 or die "cannot become a subreaper here\n";

my $start = time;
my $child = fork // die "cannot fork: $!\n";
if ($child == 0) { exec { $command[0] } @command or die "cannot run $command[0]: $!\n" }

my ($status, $wall, $left, $timedOut) = (undef, undef, 0, 0);
sub killAll {    # every child of this process, again and again: their children become ours when they die
    for (1 .. 100) {
        open my $list, '<', "/proc/$$/task/$$/children" or return;
        my @pids = split ' ', <$list> // '';
        return unless @pids;
        kill 'KILL', @pids;
        select undef, undef, undef, 0.02;
        while (waitpid(-1, 1) > 0) { }
    }
}
$SIG{ALRM} = sub {
    if (defined $status) { open my $list, '<', "/proc/$$/task/$$/children"; $left = split ' ', <$list> // '' }
    else { $timedOut = 1; $status = 9; $wall = time - $start }
    killAll();
};
alarm $seconds;
while ((my $pid = wait) > 0) {
    next unless $pid == $child;
    ($status, $wall) = ($?, time - $start) unless $timedOut;
    alarm 5;    # what is still alive after five seconds was left behind
}
my (undef, undef, $user, $system) = times;
open my $out, '>', $result or die "$result: $!\n";
printf $out '{"status":%d,"wallS":%.3f,"userS":%.2f,"systemS":%.2f,"leftBehind":%d,"timedOut":%s}',
    $status >> 8 || $status & 127, $wall, $user, $system, $left, $timedOut ? 'true' : 'false';
