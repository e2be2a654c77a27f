#!/bin/sh
# What a job does, in the words of Snakemake's plugin cluster-generic: running (or waiting), success, failed.
# usage: status.sh sge|pbs|torque|slurm JOB
job=$2

# The first of its words that stands after "NAME = " or "NAME   " in what a scheduler prints of a job.
value() {
    sed -n "s/^ *$1[ =]*\([^ ]*\).*/\1/p" | head -n 1
}

case $1 in
    sge) # a job that has left the queue is accounted for some seconds later, and one that never started is not
        if qstat -j "$job" >/dev/null 2>&1; then
            state=running
        else
            sleep 15
            state=$(qacct -j "$job" 2>/dev/null | value exit_status)
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
            *) state=lost ;;
        esac
        ;;
    *)
        echo "status.sh: the scheduler must be one of sge, pbs, torque, slurm, got '$1'" >&2
        exit 2
        ;;
esac

case $state in
    running) echo running ;;
    0) echo success ;;
    *) echo failed ;;
esac
