#!/bin/sh
# What a job does, in the words of Snakemake's plugin cluster-generic: running (or waiting), success, failed.
# usage: status.sh sge|pbs|torque|slurm JOB
job=$2

# The first of the words after "NAME = " or "NAME   ", in the last line with that name, of what a scheduler prints of a job:
# Grid Engine has a record of each time that it ran a job, the newest at the end.
value() {
    sed -n "s/^ *$1[ =]*\([^ ]*\).*/\1/p" | tail -n 1
}

look() {
    case $1 in
        sge) # a job that has left the queue is accounted for some seconds later, and one that never started is not
            if qstat -j "$job" >/dev/null 2>&1; then
                state=running
            else
                sleep 15
                state=$(qacct -j "$job" 2>/dev/null | value exit_status)
                state=${state:-lost}
            fi
            ;;
        pbs | torque)
            [ "$1" = pbs ] && history=-x
            found=$(qstat $history -f "$job" 2>/dev/null) || found=
            case $(echo "$found" | value job_state) in
                F | C) state=$(echo "$found" | value '[Ee]xit_status') ;;
                "") state=lost ;;
                *) state=running ;;
            esac
            ;;
        slurm)
            case $(squeue --noheader --states all --format %T --jobs "$job" 2>/dev/null) in
                COMPLETED) state=0 ;;
                PENDING | CONFIGURING | RUNNING | COMPLETING | SUSPENDED | REQUEUED | RESIZING) state=running ;;
                "") state=lost ;;
                *) state=ended ;;
            esac
            ;;
        *)
            echo "status.sh: the scheduler must be one of sge, pbs, torque, slurm, got '$1'" >&2
            exit 2
            ;;
    esac
}

# A scheduler that is busy or starts anew knows no job for a moment: one is lost where it is so three times.
for pause in 10 10 0; do
    look "$1"
    [ "$state" = lost ] || break
    sleep $pause
done

case $state in
    running) echo running ;;
    0) echo success ;;
    *) echo failed ;;
esac
